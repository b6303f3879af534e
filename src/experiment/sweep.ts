/**
 * Sweeps: one fit, many policies. Every router with a knob gets the same number of points, and the points that carry a
 * name (best quality, cheapest as good as best single) are chosen on the validation part, then read on test.
 * Source: spec of routers, §5.2.
 */
import type { FittedRouter } from "../core/fitted-router.ts";
import type { Replay } from "../core/metric.ts";
import { hasCostAxis } from "../core/outcome-table.ts";
import { calibratedTable } from "../core/calibration.ts";
import { argmax } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable } from "../core/router.ts";
import { row } from "../math/matrix.ts";
import { sortedQuantile } from "../math/quantile.ts";
import { mean, sampleSd, sum } from "../math/stats.ts";
import { replayAvgAcc, replayPolicy } from "./replay.ts";
import type { QueryView } from "./query-view.ts";
import { openChances } from "./transfer.ts";

export const sweepPoints = 101;

/** Total USD over the view and AvgAcc of each policy, in the order given. */
export interface SweepCurve {
  readonly costUsd: Float64Array;
  readonly avgAcc: Float64Array;
}

/** Runs each policy over a view: its curve. */
export function runSweep(
  fitted: FittedRouter,
  view: QueryView,
  policies: readonly Policy[],
  estimates: EstimateTable,
): SweepCurve {
  return curveOf(sweepReplays(fitted, view, policies, estimates), view);
}

/** One replay a policy. */
export function sweepReplays(
  fitted: FittedRouter,
  view: QueryView,
  policies: readonly Policy[],
  estimates: EstimateTable,
): Replay[] {
  return policies.map((policy) => replayPolicy(fitted, view, policy, estimates));
}

/** The curve of replays over a view. */
export function curveOf(replays: readonly Replay[], view: QueryView): SweepCurve {
  return {
    costUsd: Float64Array.from(replays, ({ costUsd }) => sum(costUsd)),
    avgAcc: Float64Array.from(replays, (replay) => replayAvgAcc(replay, view)),
  };
}

/** The policies a router is swept over: none without a cost axis or for a router whose quality cannot be traded. */
export function sweepPolicies(fitted: FittedRouter, view: QueryView, estimates: EstimateTable): Policy[] {
  const { router, calibration } = fitted;
  if (router.cheats !== false || !hasCostAxis(view.table)) return [];
  if (router.operatingPolicy !== "argmax") return knobPolicies(fitted, estimates);
  if (!tradesQuality(fitted)) return [];
  return lambdas({ ...estimates, quality: calibratedTable(estimates.quality, calibration) });
}

/** Whether its quality may be set against USD: it is a chance or a score, or mapped to a chance. */
export function tradesQuality({ router, options, calibration }: FittedRouter): boolean {
  const kind = router.qualityKindFor?.(options) ?? router.qualityKind;
  return kind === "probability" || kind === "score" || calibration !== undefined;
}

/** The points of a method's own knob; none of a method without one. */
function knobPolicies({ router, state }: FittedRouter, estimates: EstimateTable): Policy[] {
  switch (router.operatingPolicy) {
    case "argmax":
      return [];
    case "alpha":
      return alphas();
    case "threshold":
      return thresholds(estimates);
    case "budget":
      return budgets(router.budgetRange!(state));
  }
}

/** α = 0, 0.01 … 1. */
function alphas(): Policy[] {
  return Array.from({ length: sweepPoints }, (_, i): Policy => ({ kind: "alpha", alpha: i / (sweepPoints - 1) }));
}

/** 0 (the cheapest), 99 quantiles of the chances that a cheaper model suffices, 1 (the strongest, whose chance is 1). */
function thresholds(estimates: EstimateTable): Policy[] {
  const chances = openChances(estimates);
  const inner = Array.from({ length: sweepPoints - 2 }, (_, i) => sortedQuantile(chances, (i + 1) / (sweepPoints - 1)));
  // A bar above 1 is passed by no strong model, and does what 1 does: the better of the two is asked.
  const known = inner.filter((threshold) => !Number.isNaN(threshold)).map((threshold) => Math.min(threshold, 1));
  return [0, ...known, 1].map((threshold): Policy => ({ kind: "threshold", threshold }));
}

/** Even in the logarithm from the lowest to the highest; the ends themselves are exact. */
function budgets([lowest, highest]: readonly [number, number]): Policy[] {
  return Array.from({ length: sweepPoints }, (_, i): Policy => {
    const share = i / (sweepPoints - 1);
    const budgetUsd = i === 0 ? lowest : share === 1 ? highest : lowest ** (1 - share) * highest ** share;
    return { kind: "budget", budgetUsd };
  });
}

/**
 * λ = ∞, then 99 values even in log10 over 1e3 … 1e-3 × (mean quality spread / mean cost spread), then 0. Quality comes
 * last, as in every other knob: of equal points the one that gives up least for cost is the one that keeps elsewhere.
 */
function lambdas(estimates: EstimateTable): Policy[] {
  const scale = lambdaUnit(estimates);
  const inner = Array.from({ length: sweepPoints - 2 }, (_, i) => scale * 10 ** (-3 + (6 * i) / (sweepPoints - 3)));
  return [Infinity, ...inner.toReversed(), 0].map((lambda): Policy => ({ kind: "costWeight", lambda }));
}

/** The λ at which a typical difference in quality is worth a typical difference in cost; 1 where there is none. */
export function lambdaUnit({ quality, costUsd }: EstimateTable): number {
  const unit = meanSpread(quality) / meanSpread(costUsd);
  return Number.isFinite(unit) && unit > 0 ? unit : 1;
}

function meanSpread(values: EstimateTable["quality"]): number {
  let total = 0;
  for (let i = 0; i < values.rows; i++) {
    const known = row(values, i).filter((value) => Number.isFinite(value));
    if (known.length > 0) total += Math.max(...known) - Math.min(...known);
  }
  return total / values.rows;
}

/** The policy of the leaderboard row: argmax, what options fix, or the knob of best AvgAcc on the validation part. */
export function operatingPolicy(fitted: FittedRouter, validation: QueryView, estimates: EstimateTable): Policy {
  const fixed = fitted.router.fixedPolicy?.(fitted.options);
  if (fixed) return fixed;
  const policies = knobPolicies(fitted, estimates);
  if (policies.length === 0) return argmax;
  return policies[bestPoint(runSweep(fitted, validation, policies, estimates))] ?? unvalidatedPolicy(fitted);
}

/** What a method with a knob does where no validation prompt says better: quality first. */
export function unvalidatedPolicy({ router, state }: FittedRouter): Policy {
  switch (router.operatingPolicy) {
    case "argmax":
      return argmax;
    case "alpha":
      return { kind: "alpha", alpha: 1 };
    case "threshold":
      return { kind: "threshold", threshold: 0.5 };
    case "budget":
      return { kind: "budget", budgetUsd: router.budgetRange!(state)[1] };
  }
}

/** One candidate's options, fitted without the validation part. */
export interface Candidate {
  readonly fitted: FittedRouter;
  readonly estimates: EstimateTable;
}

/**
 * Mean AvgAcc of each candidate over the knob's points, the same for all. Thresholds are quantiles of a candidate's own
 * chances, so equal points are equal shares of strong calls, and this is the area under the recovery curve. Budgets are
 * in USD, and each candidate's own range would ask one of them at dearer points than another: all are asked at budgets
 * from the least that every one can keep within to the most that any can use.
 */
export function areasUnderKnob(candidates: readonly Candidate[], validation: QueryView): number[] {
  const ranges = candidates.flatMap(({ fitted: { router, state } }) =>
    router.operatingPolicy === "budget" ? [router.budgetRange!(state)] : [],
  );
  const lowest = Math.max(...ranges.map(([low]) => low));
  const highest = Math.max(...ranges.map(([, high]) => high));
  return candidates.map(({ fitted, estimates }) => {
    const isBudget = fitted.router.operatingPolicy === "budget";
    const policies = isBudget ? budgets([lowest, highest]) : knobPolicies(fitted, estimates);
    return mean(runSweep(fitted, validation, policies, estimates).avgAcc);
  });
}

/** The point of best AvgAcc; ties to the cheaper, then to the later point. −1 of an empty curve. */
export function bestPoint({ costUsd, avgAcc }: SweepCurve): number {
  let best = -1;
  for (let i = 0; i < avgAcc.length; i++) {
    const better = best < 0 || avgAcc[i]! > avgAcc[best]!;
    if (better || (avgAcc[i] === avgAcc[best] && costUsd[i]! <= costUsd[best]!)) best = i;
  }
  return best;
}

/**
 * The cheapest point whose AvgAcc on these rows is at least the baseline's with one standard error of the paired
 * difference to spare; −1 when there is none. Without the margin a point named on few validation prompts fails on
 * test about every second time (docs/decisions/0011).
 */
export function cheapestAsGood(replays: readonly Replay[], baseline: Replay, view: QueryView): number {
  const { costUsd, avgAcc } = curveOf(replays, view);
  const bar = replayAvgAcc(baseline, view);
  let best = -1;
  for (let i = 0; i < replays.length; i++) {
    const asGood = avgAcc[i]! >= bar + pairedStandardError(replays[i]!.score, baseline.score, view);
    if (asGood && (best < 0 || costUsd[i]! < costUsd[best]!)) best = i;
  }
  return best;
}

/** Standard error of the difference of two AvgAcc on the same rows: √(Σ_d var_d / n_d) / D. */
function pairedStandardError(a: Float64Array, b: Float64Array, { table }: QueryView): number {
  const difference = a.map((score, i) => score - b[i]!);
  const variances = table.datasets
    .map((_, d) => difference.filter((_, i) => table.datasetOf[i] === d))
    .filter(({ length }) => length > 0)
    // Under two prompts there is no variance to estimate; the largest possible one is taken.
    .map((values) => (values.length > 1 ? sampleSd(values) ** 2 : 1) / values.length);
  return Math.sqrt(sum(variances)) / variances.length;
}
