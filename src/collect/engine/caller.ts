/** Who makes calls: this process, or workers on other machines. The rest of a run does not know which. */
import type { ChatRequest } from "../../core/chat.ts";
import type { CallPlace, FailedCall, SucceededCall } from "../journal/record.ts";

export interface PlannedCall extends CallPlace {
  readonly key: string;
  readonly request: ChatRequest;
  /** what its answer is kept under; absent, it is not kept */
  readonly cacheKey?: string | undefined;
  /** input and output together, a guess for the token limit */
  readonly tokensGuess: number;
  /** what it can cost at most, USD; 0 when nothing is reserved */
  readonly mostUsd: number;
}

/** How a call ended, before anybody asks where it belongs and what it costs. */
export type CallOutcome =
  | Pick<SucceededCall, "status" | "completion" | "attempts" | "at" | "cached" | "unsettled">
  | Pick<FailedCall, "status" | "failure" | "httpStatus" | "reason" | "attempts" | "at" | "unsettled">;

/** What it takes to make a call, wherever that is. */
export type AskedCall = Pick<PlannedCall, "key" | "request" | "tokensGuess">;

export interface Caller {
  /** so many calls are handed over at once; looked up again and again, since it may change with how fast they are */
  readonly concurrency: number;
  /**
   * Makes the call, retries included. Rejects with EndpointError when every further call would fare no better (key or account
   * refused), and with the signal's reason when it is aborted before anything was paid.
   * @param signal once it is aborted, no attempt is begun
   * @param leave once it is aborted, the attempt under way is given up as well: what it has cost is lost. Absent: with `signal`
   */
  call(call: AskedCall, signal: AbortSignal | undefined, leave?: AbortSignal): Promise<CallOutcome>;
  /** Told once the outcome stands in the journal: what was kept of it elsewhere may go. */
  readonly saved?: ((key: string) => void) | undefined;
}
