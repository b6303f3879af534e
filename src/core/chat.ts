/**
 * One call to a chat model: what is asked, what came back, why it failed. Providers translate these to and from their
 * wire formats; the collector and the gateway know nothing else of them.
 */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** Absent = not sent, so that the provider's default holds. */
export interface ChatParameters {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly seed?: number | undefined;
  readonly reasoningEffort?: string | undefined;
  /** Merged into the request's body as it is, for what only one provider knows. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
}

export interface ChatRequest {
  /** the provider's name of the model */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: ChatParameters;
}

/** Tokens of one call; NaN = not reported. Cached and cache-write tokens are part of input, reasoning part of output. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface ChatCompletion {
  readonly text: string;
  /** what the model thought aloud, kept apart from its answer; undefined when it showed nothing */
  readonly reasoning?: string | undefined;
  /** of calls of tools, refusals and choices beside the first: they are billed, and no part of the text; absent = none, or not counted */
  readonly calledCharacters?: number | undefined;
  /** the provider's word: stop, length, tool_calls …; "" when it gave none */
  readonly finishReason: string;
  /** the model the provider says has answered; "" when it says nothing */
  readonly servedModel: string;
  /** undefined when the reply held no usable usage */
  readonly usage: TokenUsage | undefined;
  /** "counted": the usage is our own count of the texts, since the reply's was missing or cannot be; absent: as reported */
  readonly usageSource?: "counted" | undefined;
  /** what the provider says it billed, USD; NaN when it says nothing */
  readonly reportedCostUsd: number;
  /** from sending to the first piece of the answer; NaN when not streamed */
  readonly firstTokenMs: number;
  /** from sending to the end of the answer */
  readonly latencyMs: number;
  /** the provider's id of the call; "" when it gave none */
  readonly requestId: string;
}

/** Deadlines of one call in milliseconds. Each one fires alone. */
export interface CallDeadlines {
  readonly connectMs: number;
  /** from sending to the first byte of the answer */
  readonly firstByteMs: number;
  /** between two pieces of the answer */
  readonly idleMs: number;
  readonly totalMs: number;
}

export const defaultDeadlines: CallDeadlines = {
  connectMs: 10_000,
  firstByteMs: 300_000,
  idleMs: 120_000,
  totalMs: 900_000,
};

export interface CallOptions {
  readonly deadlines: CallDeadlines;
  readonly signal?: AbortSignal | undefined;
  /** Same key, same call: a provider that knows it bills a repeated call once. */
  readonly idempotencyKey?: string | undefined;
}

/** One endpoint that answers chats. Rejects with EndpointError, or the signal's reason when it is aborted. */
export interface ChatProvider {
  complete(request: ChatRequest, options: CallOptions): Promise<ChatCompletion>;
  close(): Promise<void>;
}

/**
 * Why a call failed. `connect`: nobody there; `deadline`: too slow; `rate-limit`: 429 or 529; `server`: any other 5xx; `refused`: any other
 * status, asking again will not help; `cut`: the answer broke off; `malformed`: not the format, or an error inside a 200.
 */
export const callFailures = ["connect", "deadline", "rate-limit", "server", "refused", "cut", "malformed"] as const;
export type CallFailure = (typeof callFailures)[number];

/** Where a call's cost is from: the provider's bill, our price × reported tokens, our price × counted tokens, or nowhere. */
export const costSources = ["billed", "priced", "estimated", "none"] as const;
export type CostSource = (typeof costSources)[number];
