/** A call of the AI SDK as a request for a decision: its prompt as a dialogue, and what it needs of a model. */
import type { Dialogue, Needs, Turn } from "./decider.ts";

/** The parts of a call (LanguageModelV3CallOptions of `ai` 6) that decide who is asked. */
export interface SdkCall {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
  readonly maxOutputTokens?: number | undefined;
  readonly responseFormat?: { readonly type: string } | undefined;
  readonly tools?: readonly unknown[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly mediaType?: unknown;
  readonly output?: { readonly type?: unknown; readonly value?: unknown } | undefined;
}

const roles: readonly string[] = ["system", "user", "assistant", "tool"] satisfies Turn["role"][];

/** Every message with its text; reasoning, calls of tools and files hold none. */
export function sdkDialogue({ prompt }: SdkCall): Dialogue {
  return prompt.map(({ role, content }) => ({
    role: roles.includes(role) ? (role as Turn["role"]) : "user",
    text: typeof content === "string" ? content : partsOf(content).map(textOf).filter(Boolean).join("\n"),
  }));
}

/** What the call asks of a model, tokens aside. */
export function sdkNeeds({ prompt, tools, responseFormat }: SdkCall): Omit<Needs, "promptTokens" | "contextTokens"> {
  const isImage = ({ type, mediaType }: Part): boolean => type === "file" && String(mediaType).startsWith("image/");
  return {
    tools: (tools?.length ?? 0) > 0,
    vision: prompt.some(({ content }) => partsOf(content).some(isImage)),
    json: responseFormat?.type === "json",
  };
}

function partsOf(content: unknown): readonly Part[] {
  return Array.isArray(content) ? (content as readonly Part[]) : [];
}

function textOf({ type, text, output }: Part): string {
  if (type === "text" && typeof text === "string") return text;
  return type === "tool-result" && typeof output?.value === "string" ? output.value : "";
}
