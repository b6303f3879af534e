/** The wire formats a model may be asked in, by the name that stands under `provider` in signalbox.yaml. */
import type { ChatParameters, ChatProvider } from "../core/chat.ts";
import { UsageError } from "../core/errors.ts";
import { aiSdkChat } from "./ai-sdk-chat.ts";
import { anthropicChat } from "./anthropic-chat.ts";
import { defaultMaxTokens } from "./anthropic-wire.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";
import { openAiChat } from "./openai-chat.ts";
import { requireSendable, shieldedProvider } from "./secret.ts";

/** The formats' names. */
export const providerFormats = ["openai", "anthropic", "ai-sdk"] as const;
export type ProviderFormat = (typeof providerFormats)[number];

export interface ProviderSpec extends Omit<ChatEndpoint, "baseUrl"> {
  readonly format: ProviderFormat;
  /** left out: the format's own address, where it has one */
  readonly baseUrl?: string | undefined;
  /** of the AI SDK, e.g. "@ai-sdk/google" */
  readonly package?: string | undefined;
}

interface FormatEntry {
  readonly summary: string;
  readonly baseUrl?: string;
  readonly make: (spec: ProviderSpec, baseUrl: string | undefined) => Promise<ChatProvider>;
  /** what of the parameters is not sent, or filled in: sentences */
  readonly notes: (parameters: ChatParameters) => string[];
}

const formats: Readonly<Record<ProviderFormat, FormatEntry>> = {
  openai: {
    summary: "OpenAI's chat completions: OpenAI, OpenRouter, vLLM, Ollama and most others",
    make: async (spec, baseUrl) => openAiChat({ ...spec, baseUrl: required(baseUrl) }),
    notes: () => [],
  },
  anthropic: {
    summary: "Anthropic's Messages",
    baseUrl: "https://api.anthropic.com/v1",
    make: async (spec, baseUrl) => anthropicChat({ ...spec, baseUrl: required(baseUrl) }),
    notes: ({ maxOutputTokens, seed }) => [
      ...(maxOutputTokens === undefined
        ? [
            `the format wants a limit: answers end after ${defaultMaxTokens} tokens unless maxOutputTokens says otherwise`,
          ]
        : []),
      ...(seed === undefined ? [] : ["the format knows no seed: it is not sent"]),
    ],
  },
  "ai-sdk": {
    summary: 'any provider package of the AI SDK, named under "package": Gemini, Mistral, Bedrock …',
    make: (spec, baseUrl) => aiSdkChat({ ...spec, package: packageOf(spec), baseUrl }),
    notes: ({ reasoningEffort }) =>
      reasoningEffort === undefined
        ? []
        : ["the AI SDK knows no common reasoning effort: give the maker's own option under extraBody"],
  },
};

/** What the format is, one line. */
export function formatSummary(format: ProviderFormat): string {
  return formats[format].summary;
}

/** The address asked where none is given; undefined where the AI SDK's package knows it. */
export function defaultBaseUrl(format: ProviderFormat): string | undefined {
  return formats[format].baseUrl;
}

/** What of the parameters the format does not send, or fills in; sentences without a full stop. */
export function providerNotes(format: ProviderFormat, parameters: ChatParameters): string[] {
  return formats[format].notes(parameters);
}

/**
 * A provider, with its own connections and behind the shield that keeps its key to itself; close it when done.
 * @throws UsageError for a key no header can carry; PrerequisiteError when a package is not installed or does not fit
 */
export async function chatProvider(spec: ProviderSpec): Promise<ChatProvider> {
  requireSendable(spec.apiKey);
  const entry = formats[spec.format];
  const provider = await entry.make(spec, spec.baseUrl ?? entry.baseUrl);
  return shieldedProvider(provider, spec.apiKey);
}

function required(baseUrl: string | undefined): string {
  if (baseUrl !== undefined) return baseUrl;
  throw new UsageError({ problem: "no base URL is given", mend: "Give the endpoint's address under baseUrl" });
}

function packageOf({ package: name }: ProviderSpec): string {
  if (name !== undefined) return name;
  const mend = 'Name the provider package of the AI SDK, e.g. package: "@ai-sdk/google"';
  throw new UsageError({ problem: "no package is named", where: "provider ai-sdk", mend });
}
