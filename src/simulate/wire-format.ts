/** The wire formats a simulated provider speaks: what is common to them. Pure text, no server and no clock. */

/** What a request asks for, whatever its format. */
export interface ChatAsked {
  readonly model: string;
  /** the last user message */
  readonly prompt: string;
  readonly stream: boolean;
  /** whether a streamed answer is to end with its usage */
  readonly includeUsage: boolean;
  /** tokens after which the answer is cut; Infinity for no limit */
  readonly mostTokens: number;
}

export interface SimulatedUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** as some gateways report it */
  readonly costUsd?: number | undefined;
}

/** An answer as it is to be told. */
export interface Served {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  /** undefined: not told */
  readonly usage: SimulatedUsage | undefined;
  /** whether it ends at the limit asked for, not where it would have ended */
  readonly isCut: boolean;
}

export interface WireFormat {
  /** e.g. "/v1/chat/completions" */
  readonly path: string;
  /** Undefined when the body, parsed JSON, is no request of this format. */
  asked(body: unknown): ChatAsked | undefined;
  /** The body of a whole answer. */
  whole(served: Served): string;
  /** The events of a streamed answer in order, the closing one included. */
  events(served: Served, includeUsage: boolean): string[];
  /** The body of an error. */
  error(status: number, message: string): string;
  /** An error in the middle of a stream. */
  errorEvent(status: number, message: string): string;
}

/** An answer in pieces, about as tokens come: each word with the space before it. */
export function pieces(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [text];
}

/** The lowest of a request's limits on the answer's tokens, Infinity without one; undefined when one is no positive whole number. */
export function lowestLimit(...limits: readonly unknown[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined && limit !== null);
  return given.every((limit) => Number.isInteger(limit) && Number(limit) > 0)
    ? Math.min(...given.map(Number))
    : undefined;
}

/** The text of a message: a string, or parts of which those with a text count. Undefined when it is neither. */
export function messageText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => (Object(part) as { text?: unknown }).text);
  return texts.filter((text) => typeof text === "string").join("");
}

/** The last user message of a list. */
export function lastPrompt(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages.findLast(
    (message: unknown) => (Object(message) as { role?: unknown }).role === "user",
  );
  return messageText((Object(last) as { content?: unknown }).content);
}
