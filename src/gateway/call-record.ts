/** One client's call as it ended: what logs, metrics, traces and the spend log are made of. It holds no content and no key. */
import type { CostSource, TokenUsage } from "../core/chat.ts";
import type { AnswerCost } from "./answer/answer-cost.ts";
import type { Wire } from "./wires/wire.ts";

/** `cut`: the stream broke after it had begun; `left`: the client went away; `failed`: it got an error instead. */
export const callOutcomes = ["answered", "passed-on", "failed", "cut", "left"] as const;
export type CallOutcome = (typeof callOutcomes)[number];

export interface FailedCall {
  readonly model: string;
  readonly endpoint: string;
  readonly failure: string;
  /** where the endpoint had the request and did not refuse it: an estimate, since nobody knows what it will charge */
  readonly paid: AnswerCost | undefined;
}

export interface CallRecord {
  readonly requestId: string;
  /** ISO 8601 */
  readonly at: string;
  readonly operation: Wire["operation"];
  /** the id and name of the virtual key; "" = none */
  readonly key: string;
  readonly keyName: string;
  /** as the client wrote it: anything */
  readonly asked: string;
  readonly stream: boolean;
  readonly outcome: CallOutcome;
  /** what the client was sent; 499 where it had left before */
  readonly status: number;
  /** the error's code; "" for an answer */
  readonly code: string;
  /** who answered; "" when nobody did */
  readonly model: string;
  readonly endpoint: string;
  readonly router: string;
  readonly reason: string;
  readonly fallback: string;
  /** of the rule that decided */
  readonly policyHash: string;
  /** the arm of a split that the call met; "" = none */
  readonly arm: string;
  /** whether the alarm for queries unlike the training prompts was raised */
  readonly isDrifting: boolean;
  /** NaN where the model was named by the client */
  readonly decisionUs: number;
  readonly expectedScore: number;
  readonly expectedCostUsd: number;
  /** attempts that came to nothing, in their order */
  readonly failures: readonly FailedCall[];
  readonly usage: TokenUsage | undefined;
  /** of the answer, of those that were not accepted, and of failed attempts that may be billed; NaN = not known */
  readonly costUsd: number;
  /** of the answer alone */
  readonly costSource: CostSource;
  /** the answer alone, or the attempt that the call's end cut short; its model "" where nothing is paid */
  readonly paid: AnswerCost;
  /** a cascade's answers that were paid and not accepted */
  readonly rejected: readonly AnswerCost[];
  readonly firstTokenMs: number;
  readonly latencyMs: number;
}
