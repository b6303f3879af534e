/**
 * Answers that "at most" did not hold for: longer than the limit that was sent, or dearer than what was reserved. No client can
 * keep an endpoint from it; a budget takes it from what is left, and the run has to say so.
 */
import { spentUsd } from "../../prices/call-cost.ts";
import type { SucceededCall } from "../journal/record.ts";
import type { PlannedCall } from "./caller.ts";
import type { CostPart } from "./cost-account.ts";

export interface Overrun {
  /** answers with more tokens, as the provider reports them, than `maxOutputTokens` */
  readonly longer: number;
  /** answers that took more than was reserved for them, and by how many USD */
  readonly dearer: CostPart;
}

export const noOverrun: Overrun = { longer: 0, dearer: { calls: 0, costUsd: 0 } };

/** Rounding is no overrun. */
const tolerance = 1 + 1e-9;

/** The overrun with one more paid call; a call for which nothing was reserved, having no price, cannot be dearer. */
export function withOverrun(
  { longer, dearer }: Overrun,
  { completion, costUsd }: Pick<SucceededCall, "completion" | "costUsd">,
  { request, mostUsd }: Pick<PlannedCall, "request" | "mostUsd">,
): Overrun {
  const { usage, usageSource } = completion;
  const limit = request.parameters.maxOutputTokens ?? Infinity;
  const isLonger = usageSource === undefined && usage !== undefined && usage.outputTokens > limit;
  const spent = spentUsd({ costUsd, completion });
  const isDearer = mostUsd > 0 && spent > mostUsd * tolerance;
  return {
    longer: longer + (isLonger ? 1 : 0),
    dearer: isDearer ? { calls: dearer.calls + 1, costUsd: dearer.costUsd + spent - mostUsd } : dearer,
  };
}
