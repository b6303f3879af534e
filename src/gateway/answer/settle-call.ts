/** What is booked when a call is over: money, tokens, the endpoint's health, the session. The same for streams and whole answers. */
import { costUsd } from "../../prices/price.ts";
import type { CallOutcome } from "../call-record.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RunningCall } from "../running-call.ts";
import type { AnswerCost } from "./answer-cost.ts";

export function settleCall(context: GatewayContext, call: RunningCall, outcome: CallOutcome, cost: AnswerCost): void {
  const { forwarded, key } = call;
  settleMoney(call, outcome, cost);
  tellBreaker(call, outcome);
  const tokens = cost.usage === undefined ? 0 : cost.usage.inputTokens + cost.usage.outputTokens;
  const { limits, sessions } = context.state;
  if (key && !Number.isNaN(call.takenTokens)) {
    const corrected = limits.correct(key, call.takenTokens, tokens);
    if (corrected instanceof Promise) corrected.catch(context.onDefect);
  }
  if (outcome !== "answered" || forwarded === undefined || call.session === undefined) return;
  const put = sessions.put(key?.id, call.session, { model: forwarded.model.name, cachedTokens: tokens });
  if (put instanceof Promise) put.catch(context.onDefect);
}

/** Of a whole answer it was told when it came. */
function tellBreaker({ guard, forwarded }: RunningCall, outcome: CallOutcome): void {
  if (guard === undefined || forwarded?.answer.kind !== "stream") return;
  if (outcome === "cut") guard.failed(forwarded.endpoint, undefined);
  else if (outcome === "left") guard.cancelled(forwarded.endpoint);
  else guard.succeeded(forwarded.endpoint);
}

function settleMoney(
  { guard, forwarded, choice, promptCharacters }: RunningCall,
  outcome: CallOutcome,
  cost: AnswerCost,
): void {
  if (guard === undefined) return;
  if (cost.usage !== undefined) return guard.settle(cost.costUsd);
  // A client that leaves before the first token has still had its prompt read, as far as anybody knows: leaving is not free.
  const price = (forwarded?.model ?? choice.chain[0])?.price;
  if (outcome !== "left" || price === undefined) return guard.release();
  const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
  guard.settle(costUsd({ inputTokens: Math.ceil(promptCharacters / 4), outputTokens: 0, ...none }, price));
}
