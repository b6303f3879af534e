/** A call under way: what is known of it so far, and the one stop that ends it, from the client's socket to the endpoint's. */
import type { ServerResponse } from "node:http";
import type { EndpointError } from "../providers/endpoint-error.ts";
import type { VirtualKey } from "../gateway-state/state.ts";
import type { AnswerCost } from "./answer/answer-cost.ts";
import type { ReadBody } from "./body/read-body.ts";
import type { CallGuard, Expected } from "./call-guard.ts";
import type { CallStop } from "./call-stop.ts";
import type { ModelChoice } from "./model-choice.ts";
import type { FailedAttempt, Forwarded } from "./upstream/forward.ts";
import type { Wire } from "./wires/wire.ts";

/** The client is gone: nobody is told anything. */
export class ClientLeft extends Error {
  override readonly name = "ClientLeft";
}

/** An attempt that came to nothing, with what the endpoint may bill for it. */
export type BookedAttempt = Pick<FailedAttempt, "model" | "endpoint"> & {
  readonly error: EndpointError;
  /** an estimate; undefined = nothing */
  readonly paid: AnswerCost | undefined;
};

export interface RunningCall {
  readonly requestId: string;
  readonly wire: Wire;
  readonly response: ServerResponse;
  readonly startedAt: number;
  /** pulled when the client leaves, the total deadline passes, or the gateway is ended */
  readonly stop: CallStop;
  /** among the calls under way */
  place: number;
  readonly failures: BookedAttempt[];
  /** what the attempt costs that the call's end cut short; undefined = none, or nothing was sent */
  givenUp: AnswerCost | undefined;
  /** once it was read */
  body: ReadBody | undefined;
  asked: string;
  /** of the whole body: more than the prompt has */
  promptCharacters: number;
  /** the most that it may use, once a model is asked */
  expected: Expected | undefined;
  wantsStream: boolean;
  explain: boolean;
  choice: ModelChoice;
  forwarded: Forwarded | undefined;
  key: VirtualKey | undefined;
  /** set as soon as money may be held */
  guard: CallGuard | undefined;
  /** what was taken of the key's tokens a minute; NaN = nothing */
  takenTokens: number;
  session: string | undefined;
  /** a cascade's answers that were not accepted; undefined = none */
  rejected: AnswerCost[] | undefined;
  /** Forgets the client's socket and the deadline. */
  close(): void;
}
