/**
 * Operating points carried from the fit that chose them, without the validation part, to the fit on all training rows.
 *
 * A threshold is a number on the scale of one fit. The other fit's chances lie a little higher or lower, and where the
 * penalty is strong all of them lie close together: the same number then cuts off a quite different share of the prompts.
 * So it is the share of the validation prompts that is carried over.
 *
 * A budget has a unit and stays, but for its ends: the most that the strategies of one fit can spend buys the best of them,
 * which costs the other fit a little more or less; where more, the old sum would not buy it. The least likewise. A user's own
 * budget is none of this: it is never carried. Weights have units and stay.
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

/** The costs, USD a query, of the cheapest and the dearest strategy of a cascade. */
export type BudgetRange = readonly [lowest: number, highest: number];

/** Maps the ends of a cascade's budgets, where its strategies cost `from`, to those where they cost `to`. */
export function transferBudget(from: BudgetRange, to: BudgetRange): (policy: Policy) => Policy {
  return (policy) => {
    if (policy.kind !== "budget") return policy;
    if (policy.budgetUsd >= from[1]) return { ...policy, budgetUsd: to[1] };
    return policy.budgetUsd <= from[0] ? { ...policy, budgetUsd: to[0] } : policy;
  };
}

/**
 * The chances that are no certainty, ascending: what thresholds are quantiles of. A weak model expected to do better than
 * the strong one, whose chance is 1, has more than 1; without it equal points would not be equal shares of strong calls.
 */
export function openChances({ quality }: EstimateTable): Float64Array {
  return quality.data.filter((chance) => Number.isFinite(chance) && chance !== 1).toSorted();
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
