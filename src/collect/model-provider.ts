/** The provider that a model of signalbox.yaml is asked through. */
import type { ChatProvider } from "../core/chat.ts";
import { UsageError } from "../core/errors.ts";
import { chatProvider, defaultBaseUrl, providerNotes } from "../providers/registry.ts";
import type { Asked } from "../cache/question.ts";
import type { CollectConfig, ModelConfig } from "./config-schema.ts";

/**
 * The model with its address filled in, where its format has one of its own.
 * @throws UsageError for what its format needs and it does not give, or the other way round
 */
export function withProvider(model: ModelConfig, path: string): ModelConfig {
  const { provider, package: name, keyEnv } = model;
  const refuse = (problem: string, mend: string): never => {
    throw new UsageError({ problem, where: `${path}, model ${model.name}`, mend });
  };
  const baseUrl = model.baseUrl ?? defaultBaseUrl(provider);
  const isAdapter = provider === "ai-sdk";
  if (!isAdapter && baseUrl === undefined)
    refuse("baseUrl is missing", 'Give the endpoint\'s address, e.g. baseUrl: "https://openrouter.ai/api/v1"');
  if (isAdapter && name === undefined)
    refuse("provider ai-sdk needs a package", 'Name one of the AI SDK, e.g. package: "@ai-sdk/google"');
  if (!isAdapter && name !== undefined)
    refuse(`provider ${provider} takes no package`, 'Write provider: ai-sdk, or leave "package" out');
  // A key that the package finds for itself could not be kept out of errors and answers.
  if (isAdapter && keyEnv === undefined)
    refuse("provider ai-sdk needs keyEnv", "Name the environment variable of the key, e.g. keyEnv: GEMINI_API_KEY");
  return { ...model, baseUrl };
}

/** What of the models' parameters their formats do not send, or fill in. */
export function formatNotes({ models }: Pick<CollectConfig, "models">): string[] {
  return models.flatMap(({ name, provider, parameters }) =>
    providerNotes(provider, parameters).map((note) => `model ${name}: ${note}`),
  );
}

/** Who is asked, as the digest of a question wants it: a package of the AI SDK is a format of its own. */
export function askedOf({ provider, package: name, baseUrl = "", model, parameters }: ModelConfig): Asked {
  return { provider: name === undefined ? provider : `${provider} ${name}`, baseUrl, model, parameters };
}

/** The provider, with its own connections; close it when done. @throws as chatProvider */
export function modelProvider(
  model: ModelConfig,
  apiKey: string | undefined,
  { run }: Pick<CollectConfig, "run">,
): Promise<ChatProvider> {
  const { provider, package: name, baseUrl, stream, concurrency } = model;
  return chatProvider({
    format: provider,
    package: name,
    baseUrl,
    apiKey,
    stream,
    connections: concurrency,
    connectMs: run.connectSeconds * 1000,
  });
}
