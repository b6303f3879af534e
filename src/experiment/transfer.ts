/**
 * Operating points carried from the fit that chose them, without the validation part, to the fit on all training rows.
 *
 * A threshold is a number on the scale of one fit. The other fit's chances lie a little higher or lower, and where the
 * penalty is strong all of them lie close together: the same number then cuts off a quite different share of the prompts.
 * So it is the share of the validation prompts that is carried over. Budgets and weights have units and stay.
 */
import type { Policy } from "../core/policy.ts";
import type { EstimateTable } from "../core/router.ts";
import { sortedQuantile } from "../math/quantile.ts";

/** Maps a policy chosen on the estimates `from` to the one that stands at the same place in `to`. */
export function transfer(from: EstimateTable, to: EstimateTable): (policy: Policy) => Policy {
  const source = openChances(from);
  const target = openChances(to);
  return (policy) => {
    if (policy.kind !== "threshold" || source.length === 0 || target.length === 0) return policy;
    const { threshold } = policy;
    // The ends mean the cheapest and the strongest model on any scale.
    if (threshold <= 0 || threshold >= 1) return policy;
    return { kind: "threshold", threshold: sortedQuantile(target, placeOf(threshold, source)) };
  };
}

/** The chances that are no certainty, ascending: what thresholds are quantiles of. */
export function openChances({ quality }: EstimateTable): Float64Array {
  return quality.data.filter((chance) => Number.isFinite(chance) && chance < 1).toSorted();
}

/** The share at which `sortedQuantile` gives this value; 0 and 1 beyond the ends. */
function placeOf(value: number, ascending: Float64Array): number {
  const above = ascending.findIndex((chance) => chance > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const low = ascending[above - 1]!;
  const share = (value - low) / (ascending[above]! - low);
  return (above - 1 + share) / (ascending.length - 1);
}
