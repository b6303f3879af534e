/**
 * What the cascades share: strategies (whom to ask in turn, and when an answer is good enough), the frontier of the best
 * strategy for every budget, and the choice of a strategy by policy.
 */
import { z } from "zod";
import { FitError } from "../core/errors.ts";
import { pick, tieOrder } from "../core/pick.ts";
import type { TieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { Answer, Decision, Estimate, TrainTable } from "../core/router.ts";
import { listOf } from "../core/state-shape.ts";
import type { Shape } from "../core/state-shape.ts";
import type { Matrix } from "../math/matrix.ts";
import { meanCostUsd, trainAvgAcc } from "./mean-outcome.ts";

/** Whom to ask in turn. Its cost is the mean over training prompts; in its accuracy each data set weighs the same. */
export interface Strategy {
  /** columns */
  readonly order: readonly number[];
  /** one a step but the last: the least chance of being right at which its answer is accepted */
  readonly bars: readonly number[];
  readonly costUsd: number;
  readonly accuracy: number;
}

/** What loading checks of strategies. */
export const strategiesShape: Shape = listOf({
  order: z.array(z.int().nonnegative()).min(1),
  bars: z.array(z.number()),
  costUsd: z.number(),
  accuracy: z.number(),
});

/** A bar that no chance reaches. */
export const never = 2;

/** Training rows as the search for strategies reads them. */
export interface CascadeRows {
  /** [n, m] NaN = not collected */
  readonly score: Matrix;
  /** [n, m] a cost that is not known is the model's mean */
  readonly costUsd: Matrix;
  /** [n] weight of a row's score: every data set has the same total */
  readonly weight: Float64Array;
  /** The models that may take part, in canonical order: those of known cost that cover every data set. */
  readonly columns: readonly number[];
  /** [m] */
  readonly meanCostUsd: Float64Array;
  readonly ties: TieOrder;
}

/** @throws FitError where no model has both scores and costs. */
export function cascadeRows(train: TrainTable): CascadeRows {
  const means = meanCostUsd(train);
  const accuracy = trainAvgAcc(train);
  const ties = tieOrder(train.models, means);
  const columns = [...means.keys()]
    .filter((j) => !Number.isNaN(means[j]!) && !Number.isNaN(accuracy[j]!))
    .toSorted((a, b) => ties[a]! - ties[b]!);
  if (columns.length === 0) {
    throw new FitError({ problem: "no model has both scores and costs", mend: "Leave this router out, or add costs." });
  }
  const m = train.models.length;
  return {
    score: train.score,
    costUsd: { ...train.costUsd, data: train.costUsd.data.map((c, cell) => (Number.isNaN(c) ? means[cell % m]! : c)) },
    weight: datasetWeights(train),
    columns,
    meanCostUsd: means,
    ties,
  };
}

function datasetWeights({ datasetOf, datasets }: TrainTable): Float64Array {
  const size = new Int32Array(datasets);
  for (const d of datasetOf) size[d]! += 1;
  return Float64Array.from(datasetOf, (d) => 1 / size[d]!);
}

/** Keeps the most accurate strategy for every level of cost. */
export interface Frontier {
  /** Would this be the best so far at its level? Of equals the cheaper, then the first. */
  improves(costUsd: number, accuracy: number): boolean;
  /** Takes it in place of what stood there. */
  put(strategy: Strategy): void;
  /** Each dearer and more accurate than the one before; at most `kept`. */
  strategies(): Strategy[];
}

const searchLevels = 512;
const kept = 101;

/** A frontier over costs from `low` to `high`, its levels even in the logarithm. */
export function strategyFrontier(low: number, high: number): Frontier {
  const levelOf = levels(low, high, searchLevels);
  const best: (Strategy | undefined)[] = [];
  return {
    improves(costUsd, accuracy) {
      const rival = best[levelOf(costUsd)];
      if (rival === undefined) return !Number.isNaN(accuracy);
      return accuracy > rival.accuracy || (accuracy === rival.accuracy && costUsd < rival.costUsd);
    },
    put(strategy) {
      best[levelOf(strategy.costUsd)] = strategy;
    },
    strategies() {
      const rising: Strategy[] = [];
      for (const strategy of best) {
        if (strategy && strategy.accuracy > (rising.at(-1)?.accuracy ?? -Infinity)) rising.push(strategy);
      }
      return thinned(rising);
    },
  };
}

function thinned(rising: readonly Strategy[]): Strategy[] {
  if (rising.length <= kept) return [...rising];
  const levelOf = levels(rising[0]!.costUsd, rising.at(-1)!.costUsd, kept);
  return rising.filter(
    (strategy, s) => s + 1 === rising.length || levelOf(strategy.costUsd) < levelOf(rising[s + 1]!.costUsd),
  );
}

/** The lowest of `count` levels whose bound is at least the cost; bounds run from `low` to `high`. */
function levels(low: number, high: number, count: number): (costUsd: number) => number {
  const span = low > 0 ? Math.log(high / low) : high;
  return (costUsd) => {
    if (!(span > 0) || costUsd <= low) return 0;
    const share = low > 0 ? Math.log(costUsd / low) / span : costUsd / span;
    return Math.min(count - 1, Math.ceil(share * (count - 1) - 1e-9));
  };
}

/** Puts one model, asked alone, on the frontier if it belongs there. */
export function offerSingle({ score, costUsd, weight }: CascadeRows, column: number, frontier: Frontier): void {
  let [right, total, spent, count] = [0, 0, 0, 0];
  for (let i = 0; i < score.rows; i++) {
    const own = score.data[i * score.cols + column]!;
    if (Number.isNaN(own)) continue;
    right += weight[i]! * own;
    total += weight[i]!;
    spent += costUsd.data[i * score.cols + column]!;
    count += 1;
  }
  const strategy = { order: [column], bars: [], costUsd: spent / count, accuracy: right / total };
  if (frontier.improves(strategy.costUsd, strategy.accuracy)) frontier.put(strategy);
}

/** The costs between which strategies differ. */
export function strategyCosts({ strategies }: { readonly strategies: readonly Strategy[] }): [number, number] {
  return [strategies[0]!.costUsd, strategies.at(-1)!.costUsd];
}

/** The best strategy within the budget, else the cheapest; the dearest under argmax; none for policies on estimates. */
export function strategyFor(strategies: readonly Strategy[], policy: Policy): Strategy | undefined {
  if (policy.kind === "argmax") return strategies.at(-1);
  if (policy.kind !== "budget") return undefined;
  const within = strategies.findLast(({ costUsd }) => costUsd <= policy.budgetUsd * (1 + 1e-9));
  return within ?? strategies[0];
}

/** A strategy followed for one query; `accepts` is asked about every answer but the last model's. */
export function follow(
  order: readonly number[],
  estimate: Estimate,
  accepts: (step: number, answer: Answer) => boolean,
): Decision {
  return order.length === 1 ? { order, estimate } : { order, estimate, accept: accepts };
}

/** Where no model of a strategy may be asked: the best of those that may. @throws FitError when there is none. */
export function bestAllowed(estimate: Estimate, ties: TieOrder, allowed: Uint8Array | undefined): Decision {
  return { order: [pick(estimate, argmax, ties, allowed)], estimate };
}
