/** What a client is told when it gets no answer: in the shape its wire format knows, with a code to act on. */
import { SignalboxError } from "../core/errors.ts";
import type { ErrorFacts } from "../core/errors.ts";

/** The wire formats that clients speak, which decide how an error looks. */
export type ClientFormat = "openai" | "anthropic";

export interface ApiErrorFacts extends ErrorFacts {
  readonly status: number;
  /** stable, lower case with underscores; docs/how-to/serve.md lists them */
  readonly code: string;
  /** the field of the body that is at fault */
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export class ApiError extends SignalboxError {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(facts: ApiErrorFacts) {
    super(facts);
    this.status = facts.status;
    this.code = facts.code;
    this.param = facts.param;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** OpenAI's word and Anthropic's word for a status. */
const types: Readonly<Record<number, readonly [openai: string, anthropic: string]>> = {
  400: ["invalid_request_error", "invalid_request_error"],
  401: ["authentication_error", "authentication_error"],
  402: ["insufficient_quota", "billing_error"],
  403: ["permission_error", "permission_error"],
  404: ["invalid_request_error", "not_found_error"],
  413: ["invalid_request_error", "request_too_large"],
  429: ["rate_limit_error", "rate_limit_error"],
  504: ["timeout_error", "timeout_error"],
};

/** The body of an error; whoever sends it keeps secrets out of `message` first. */
export function errorBody(
  format: ClientFormat,
  { status, code, param, message }: Pick<ApiError, "status" | "code" | "param" | "message">,
): string {
  const usual = status >= 500 ? ["api_error", "api_error"] : types[400];
  const [openai, anthropic] = types[status] ?? usual ?? ["api_error", "api_error"];
  if (format === "anthropic") return JSON.stringify({ type: "error", error: { type: anthropic, message, code } });
  return JSON.stringify({ error: { message, type: openai, param: param ?? null, code } });
}

/** The event that ends a stream which cannot go on: no `[DONE]` and no `message_stop` follow. */
export function errorEvent(format: ClientFormat, error: Parameters<typeof errorBody>[1]): string {
  const data = errorBody(format, error);
  return format === "anthropic" ? `event: error\ndata: ${data}\n\n` : `data: ${data}\n\n`;
}
