/**
 * Budgets: at most so many USD a query in the mean. For a cascade the budget is the knob itself; for a router that
 * trades quality against cost it becomes the price λ at which the picks it expects on validation stay within it.
 * What is promised is the predicted spend; the real one follows as far as costs are foreseen.
 * Source: spec of routers, §5.1.
 */
import { FitError, UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { calibratedTable } from "../core/calibration.ts";
import { hasCostAxis } from "../core/outcome-table.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable } from "../core/router.ts";
import { row } from "../math/matrix.ts";
import { decideRow } from "./choose.ts";
import type { QueryView } from "./query-view.ts";
import { lambdaUnit, tradesQuality } from "./sweep.ts";

const bisections = 40;
/** λ is sought between the unit over and times this. */
const decades = 1e6;

/**
 * The policy under which `fitted` is predicted to spend at most `budgetUsd` a query in the mean over `view`.
 * @param estimates those of `fitted` on `view`
 * @throws UsageError when the router cannot heed a budget; FitError, with the least it can spend, when it is out of reach.
 */
export function budgetPolicy(
  fitted: FittedRouter,
  view: QueryView,
  estimates: EstimateTable,
  budgetUsd: number,
): Policy {
  const range = fitted.router.budgetRange?.(fitted.state);
  if (range) {
    if (budgetUsd < range[0]) throw outOfReach(fitted, budgetUsd, range[0]);
    return { kind: "budget", budgetUsd };
  }
  checkTradesCost(fitted, view);
  const spend = (lambda: number): number =>
    predictedSpendUsd(fitted, view, estimates, { kind: "budget", budgetUsd, lambda });
  return { kind: "budget", budgetUsd, lambda: smallestLambda(spend, budgetUsd, fitted, estimates) };
}

/** What a policy is predicted to spend a query, in the mean over a view; NaN where a pick's cost is not known. */
export function predictedSpendUsd(
  fitted: FittedRouter,
  view: QueryView,
  estimates: EstimateTable,
  policy: Policy,
): number {
  const n = view.table.prompts.length;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const { order } = decideRow(fitted, view, i, policy, estimates);
    total += row(estimates.costUsd, i)[order[0] ?? -1] ?? NaN;
  }
  return total / n;
}

/** Among the λ tried, the smallest whose spend was seen to be within the budget: quality gives way no more than it must. */
function smallestLambda(
  spend: (lambda: number) => number,
  budgetUsd: number,
  fitted: FittedRouter,
  { quality, costUsd }: EstimateTable,
): number {
  const within = (lambda: number): boolean => spend(lambda) <= budgetUsd;
  if (within(0)) return 0;
  const unit = lambdaUnit({ quality: calibratedTable(quality, fitted.calibration), costUsd });
  let low = Math.log(unit / decades);
  let high = Math.log(unit * decades);
  if (!within(Math.exp(high))) {
    const least = spend(Infinity);
    if (least <= budgetUsd) return Infinity;
    throw outOfReach(fitted, budgetUsd, least);
  }
  for (let step = 0; step < bisections; step++) {
    const middle = (low + high) / 2;
    if (within(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}

function checkTradesCost(fitted: FittedRouter, view: QueryView): void {
  const { label, router } = fitted;
  if (!hasCostAxis(view.table)) {
    throw new UsageError({
      problem: "the data have no costs, or none of some model on some data set, so no budget can be kept",
      mend: "Give data with costs: npx signalbox inspect tells which are not known.",
    });
  }
  if (router.operatingPolicy === "argmax" && !router.decide && tradesQuality(fitted)) return;
  throw new UsageError({
    problem: `${label} cannot heed a budget: ${reason(fitted)}`,
    mend: "Choose a router that forecasts quality and cost, for example linear, or a cascade.",
  });
}

function reason({ router }: FittedRouter): string {
  if (router.operatingPolicy !== "argmax") return `its knob is ${router.operatingPolicy}`;
  return router.decide ? "it does not choose by quality and cost" : "its quality has no unit to set against USD";
}

function outOfReach({ label }: FittedRouter, budgetUsd: number, leastUsd: number): FitError {
  const words = Number.isNaN(leastUsd)
    ? "the costs of its models are not known"
    : `it spends ${usd(leastUsd)} at least`;
  return new FitError({
    problem: `a budget of ${usd(budgetUsd)} a query is out of reach: ${words}`,
    where: label,
    mend: Number.isNaN(leastUsd) ? "Give data with costs." : "Raise the budget, or add a cheaper model.",
  });
}

function usd(value: number): string {
  return `${Number(value.toPrecision(3))} USD`;
}
