/** What the spend log keeps of a call. */
import type { SpendRecord } from "../gateway-state/spend-record.ts";
import type { CallRecord } from "./call-record.ts";

/** Undefined where no model was asked for something that is paid: an error of ours, or of the endpoint. */
export function spendOfCall(call: CallRecord): SpendRecord | undefined {
  const { at, requestId, key, keyName, model, router, outcome, usage, costUsd, costSource } = call;
  if (model === "" || outcome === "passed-on") return undefined;
  return { at, requestId, key, keyName, model, router, served: outcome === "answered", usage, costUsd, costSource };
}
