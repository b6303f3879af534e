/**
 * From estimates to a choice: the one function every router shares, in the benchmark and in service.
 *
 * Ties (canonical order): higher value, then lower estimated cost, then lower mean training cost, then lower model id
 * by code unit. Equality is exact. The order does not depend on column order, so permuting columns permutes decisions.
 */
import { FitError } from "./errors.ts";
import type { Model } from "./outcome-table.ts";
import type { Policy } from "./policy.ts";
import type { Estimate } from "./router.ts";

/** [m] position of each column in the last two tie rules: mean training cost (unknown last), then id. */
export type TieOrder = Int32Array;

/** The tie order of a pool. `meanCostUsd` [m], NaN = unknown. */
export function tieOrder(models: readonly Model[], meanCostUsd: Float64Array): TieOrder {
  const cost = (j: number): number => {
    const value = meanCostUsd[j] ?? NaN;
    return Number.isNaN(value) ? Infinity : value;
  };
  const id = (j: number): string => models[j]?.id ?? "";
  const columns = models.map((_, j) => j).toSorted((a, b) => compare(cost(a), cost(b)) || compare(id(a), id(b)));
  const order = new Int32Array(models.length);
  columns.forEach((column, position) => (order[column] = position));
  return order;
}

/**
 * The column that `policy` chooses.
 * @param allowed [m] 1 = may be chosen; absent = all.
 * @throws FitError when no model is allowed.
 */
export function pick(estimate: Estimate, policy: Policy, ties: TieOrder, allowed?: Uint8Array): number {
  switch (policy.kind) {
    case "argmax":
      return best(estimate.quality, estimate, ties, allowed);
    case "costWeight":
      return best(lessCost(estimate, policy.lambda), estimate, ties, allowed);
    case "alpha":
      return best(mixed(estimate, policy.alpha, allowed), estimate, ties, allowed);
    case "floor":
      return cheapestAbove(policy.ratio * highest(estimate.quality, allowed), estimate, ties, allowed);
    case "threshold":
      return cheapestAbove(policy.threshold, estimate, ties, allowed);
    case "budget":
      if (policy.lambda === undefined) {
        throw new FitError({
          problem: `the budget of ${policy.budgetUsd} USD a query was not turned into a price of quality`,
          mend: "Fit the router with this budget, so that the price is found on validation prompts.",
        });
      }
      return best(lessCost(estimate, policy.lambda), estimate, ties, allowed);
  }
}

/**
 * The columns in the order in which `policy` would choose them: each as if those before it were not there.
 * @param allowed [m] 1 = may be chosen
 * @param most how many of them are wanted
 */
export function ranking(
  estimate: Estimate,
  policy: Policy,
  ties: TieOrder,
  { allowed, most = Infinity }: { readonly allowed: Uint8Array; readonly most?: number | undefined },
): number[] {
  const lambda = priceOfQuality(policy);
  if (lambda !== undefined && most === Infinity) {
    const value = lessCost(estimate, lambda);
    const open = Array.from(value.keys()).filter((j) => allowed[j] !== 0);
    return open.sort((a, b) => (beats(a, b, value, estimate.costUsd, ties) ? -1 : 1));
  }
  const order: number[] = [];
  const open = allowed.slice();
  while (order.length < most && open.includes(1)) {
    const next = pick(estimate, policy, ties, open);
    open[next] = 0;
    order.push(next);
  }
  return order;
}

/** λ of a policy under which what a model is worth does not hang on who else may be chosen: then one sort ranks them all. */
function priceOfQuality(policy: Policy): number | undefined {
  if (policy.kind === "argmax") return 0;
  return policy.kind === "costWeight" || policy.kind === "budget" ? policy.lambda : undefined;
}

function lessCost({ quality, costUsd }: Estimate, lambda: number): Float64Array {
  if (lambda === 0) return quality;
  const value = new Float64Array(quality.length);
  for (let j = 0; j < value.length; j++) {
    const q = quality[j] ?? NaN;
    const c = costUsd[j] ?? NaN;
    // A model that must not or cannot be judged stays so, however cheap it looks.
    if (q === -Infinity || Number.isNaN(q)) value[j] = q;
    else if (Number.isNaN(c)) value[j] = NaN;
    else value[j] = lambda === Infinity ? -c : q - lambda * c;
  }
  return value;
}

function mixed(estimate: Estimate, alpha: number, allowed?: Uint8Array): Float64Array {
  const quality = estimate.scaled?.quality ?? scaled(estimate.quality, allowed);
  const cheapness = estimate.scaled?.cheapness ?? scaled(estimate.costUsd, allowed).map((c) => 1 - c);
  return quality.map((q, j) => (q === -Infinity ? q : alpha * q + (1 - alpha) * (cheapness[j] ?? NaN)));
}

/** Min–max to 0 … 1 over the finite, allowed values; all 1 when they are equal. */
function scaled(values: Float64Array, allowed?: Uint8Array): Float64Array {
  let low = Infinity;
  let high = -Infinity;
  values.forEach((value, j) => {
    if (!Number.isFinite(value) || allowed?.[j] === 0) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  return values.map((value) => (Number.isFinite(value) ? (high === low ? 1 : (value - low) / (high - low)) : value));
}

function highest(quality: Float64Array, allowed?: Uint8Array): number {
  let top = -Infinity;
  quality.forEach((q, j) => {
    if (allowed?.[j] !== 0 && q > top) top = q;
  });
  return top;
}

function cheapestAbove(bar: number, estimate: Estimate, ties: TieOrder, allowed?: Uint8Array): number {
  const value = estimate.quality.map((q, j) => (q >= bar && allowed?.[j] !== 0 ? -(estimate.costUsd[j] ?? NaN) : NaN));
  const reached = value.some((v) => !Number.isNaN(v));
  return best(reached ? value : estimate.quality, estimate, ties, allowed);
}

/** Largest value in canonical tie order. Unknown (NaN) loses to everything known but −Infinity. */
function best(value: Float64Array, { costUsd }: Estimate, ties: TieOrder, allowed?: Uint8Array): number {
  let winner = -1;
  for (let j = 0; j < value.length; j++) {
    if (allowed?.[j] === 0) continue;
    if (winner < 0 || beats(j, winner, value, costUsd, ties)) winner = j;
  }
  if (winner < 0)
    throw new FitError({ problem: "no model is allowed for this query", mend: "Allow at least one model." });
  return winner;
}

function beats(a: number, b: number, value: Float64Array, costUsd: Float64Array, ties: TieOrder): boolean {
  const first = known(value[a]);
  const second = known(value[b]);
  if (first !== second) return first > second;
  const costFirst = unknownLast(costUsd[a]);
  const costSecond = unknownLast(costUsd[b]);
  if (costFirst !== costSecond) return costFirst < costSecond;
  return (ties[a] ?? 0) < (ties[b] ?? 0);
}

function known(value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) return -Number.MAX_VALUE;
  return value;
}

function unknownLast(cost: number | undefined): number {
  return cost === undefined || Number.isNaN(cost) ? Infinity : cost;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
