/** What the spend log keeps of a call: a line for everything that was paid, or may be, so that its sum is the bill. */
import type { SpendRecord } from "../gateway-state/spend-record.ts";
import type { AnswerCost } from "./answer/answer-cost.ts";
import type { CallRecord } from "./call-record.ts";

/** In the order they were paid; the answer that the client got is the last. None for an error of ours, or of the endpoint. */
export function spendOfCall(call: CallRecord): SpendRecord[] {
  const { at, requestId, key, keyName, router } = call;
  const line = ({ model, usage, costUsd, costSource }: AnswerCost, served: boolean): SpendRecord => {
    return { at, requestId, key, keyName, model, router, served, usage, costUsd, costSource };
  };
  return [
    ...call.failures.flatMap(({ paid }) => (paid ? [line(paid, false)] : [])),
    ...call.rejected.map((answer) => line(answer, false)),
    ...(call.paid.model === "" ? [] : [line(call.paid, call.outcome === "answered")]),
  ];
}
