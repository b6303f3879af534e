/** What is booked when a call is over: money, tokens, the endpoint's health, the session. The same for streams and whole answers. */
import type { CallOutcome } from "../call-record.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RunningCall } from "../running-call.ts";
import type { AnswerCost } from "./answer-cost.ts";

export function settleCall(context: GatewayContext, call: RunningCall, outcome: CallOutcome, cost: AnswerCost): void {
  const { forwarded, key } = call;
  settleMoney(call, cost);
  tellBreaker(call, outcome);
  const tokens = tokensOf(cost);
  const { limits, sessions } = context.state;
  if (key && !Number.isNaN(call.takenTokens)) {
    const corrected = limits.correct(key, call.takenTokens, tokens + otherTokens(call));
    if (corrected instanceof Promise) corrected.catch(context.onDefect);
  }
  if (outcome !== "answered" || forwarded === undefined || call.session === undefined) return;
  const put = sessions.put(key?.id, call.session, { model: forwarded.model.name, cachedTokens: tokens });
  if (put instanceof Promise) put.catch(context.onDefect);
}

/** Of a whole answer it was told when it came. That the client left, the gateway stopped or time was up says nothing of the endpoint. */
function tellBreaker({ guard, forwarded, stop }: RunningCall, outcome: CallOutcome): void {
  if (guard === undefined || forwarded?.answer.kind !== "stream") return;
  if (outcome === "left" || (outcome === "cut" && stop.reason)) guard.cancelled(forwarded.endpoint);
  else if (outcome === "cut") guard.failed(forwarded.endpoint, undefined);
  else guard.succeeded(forwarded.endpoint);
}

/** Of answers that were not accepted, and of failed attempts that may be billed. */
function otherTokens({ rejected, failures }: RunningCall): number {
  const failed = failures.reduce((sum, { paid }) => sum + (paid ? tokensOf(paid) : 0), 0);
  return rejected === undefined ? failed : rejected.reduce((sum, answer) => sum + tokensOf(answer), failed);
}

function tokensOf({ usage }: AnswerCost): number {
  return usage === undefined ? 0 : usage.inputTokens + usage.outputTokens;
}

function settleMoney({ guard }: RunningCall, { usage, costUsd }: AnswerCost): void {
  if (usage === undefined) guard?.release();
  else guard?.settle(costUsd);
}
