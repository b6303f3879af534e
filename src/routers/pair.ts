/**
 * What the pair routers share: which two models, and how "the weak one suffices" becomes an estimate.
 *
 * The quality of the weak model is the chance that it suffices, that of the strong one is 1, and no other model is known
 * (docs/decisions/0014). Strong is the best single model on the training part. Weak is the model, at most half as dear,
 * with which it makes the best curve of quality over cost, were every prompt that gains by it sent to the strong one.
 */
import { z } from "zod";
import { FitError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import { pick, tieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import { filled, matrix, selectColumns } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";
import { requireMeanCostUsd, sameForAll, trainAvgAcc } from "./mean-outcome.ts";

/** The options that every pair router has. */
export const pairOptions = {
  strong: z
    .string()
    .default("auto")
    .describe("Id of the strong model; auto is the best single model on the training part"),
  weak: z
    .string()
    .default("auto")
    .describe("Id of the weak model; auto is the one, at most half as dear, with the best curve of quality over cost"),
};

/** The option of the methods that are published with a fixed bar. */
export const thresholdOption = {
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("How sure one must be that the weaker model suffices; chosen on validation when left out"),
};

/** The policy that a fixed threshold amounts to. */
export function fixedThreshold({ threshold }: { readonly threshold?: number | undefined }): Policy | undefined {
  return threshold === undefined ? undefined : { kind: "threshold", threshold };
}

/** Penalties of a head for one pair, tried on validation. */
export const pairPenalties = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4] as const;

/** Two columns. `weak` is −1 where no model is cheaper than the strong one: then there is nothing to route. */
export interface Pair {
  readonly strong: number;
  readonly weak: number;
}

export interface PairState extends Pair {
  /** [m] mean cost of a call */
  readonly costUsd: Float64Array;
}

/** What loading checks of a pair. */
export const pairShape = { strong: z.int().nonnegative(), weak: z.int().min(-1), costUsd: "f64[m]" } as const;

/**
 * The pair, and each model's mean cost.
 * @throws FitError where scores or costs are missing altogether; UsageError for an unknown model.
 */
export function choosePair(train: TrainTable, given: { readonly strong: string; readonly weak: string }): PairState {
  const costUsd = requireMeanCostUsd(train);
  const strong = given.strong === "auto" ? strongest(train, costUsd) : columnOf(train, given.strong);
  const weak = given.weak === "auto" ? weakFor(train, strong, costUsd) : columnOf(train, given.weak);
  if (weak === strong) {
    throw new FitError({ problem: `${given.weak} is both the weak and the strong model`, mend: "Name two models." });
  }
  return { strong, weak, costUsd };
}

/**
 * The column that is best on the training part; ties to the cheaper.
 * @throws FitError where nothing was scored.
 */
export function strongest(train: TrainTable, costUsd: Float64Array): number {
  const quality = trainAvgAcc(train);
  if (quality.every((value) => Number.isNaN(value))) {
    throw new FitError({
      problem: "no training row has a score",
      mend: "Check the filters: run npx signalbox inspect.",
    });
  }
  return pick({ quality, costUsd }, argmax, tieOrder(train.models, costUsd));
}

function columnOf({ models }: TrainTable, id: string): number {
  const column = models.findIndex((model) => model.id === id);
  if (column < 0)
    throw unknownName(
      "model",
      id,
      models.map((model) => model.id),
    );
  return column;
}

function weakFor(train: TrainTable, strong: number, costUsd: Float64Array): number {
  const most = costUsd[strong]!;
  const known = trainAvgAcc(train);
  const cheaper = [...costUsd.keys()].filter((j) => costUsd[j]! < most && !Number.isNaN(known[j]!));
  const half = cheaper.filter((j) => costUsd[j]! <= most / 2);
  const candidates = half.length > 0 ? half : cheaper;
  if (candidates.length === 0) return -1;
  const quality = new Float64Array(train.models.length).fill(-Infinity);
  for (const j of candidates) quality[j] = areaUnderOracle(train.score, strong, j, costUsd[j]! / most);
  return pick({ quality, costUsd }, argmax, tieOrder(train.models, costUsd));
}

/**
 * Mean quality over budgets from 0 to always asking the strong model, when those prompts are sent to it first that gain
 * most; 0 below the weak model's own cost. −Infinity where the two share no prompt.
 */
export function areaUnderOracle({ rows, cols, data }: Matrix, strong: number, weak: number, costRatio: number): number {
  const gains: number[] = [];
  let base = 0;
  for (let i = 0; i < rows; i++) {
    const low = data[i * cols + weak]!;
    const gain = data[i * cols + strong]! - low;
    if (Number.isNaN(gain)) continue;
    base += low;
    gains.push(Math.max(0, gain));
  }
  if (gains.length === 0) return -Infinity;
  gains.sort((a, b) => b - a);
  // The prompt at place r is upgraded over all shares from (r + ½)/n on.
  const lifted = gains.reduce((sum, gain, r) => sum + gain * (1 - (r + 0.5) / gains.length), 0);
  return ((1 - costRatio) * (base + lifted)) / gains.length;
}

/** The chance that the weak model suffices [n] as estimates of all models. */
export function pairEstimates({ strong, weak, costUsd }: PairState, suffices: ArrayLike<number>): EstimateTable {
  const quality = filled(suffices.length, costUsd.length, NaN);
  for (let i = 0; i < suffices.length; i++) {
    quality.data[i * quality.cols + strong] = 1;
    if (weak >= 0) quality.data[i * quality.cols + weak] = suffices[i]!;
  }
  return { quality, costUsd: sameForAll(costUsd, suffices.length) };
}

/** The scores of the pair [n, 2]: weak, strong. All unknown without a weak model. */
export function pairScores({ score }: Pick<TrainTable, "score">, { weak, strong }: Pair): Matrix {
  return weak < 0 ? filled(score.rows, 2, NaN) : selectColumns(score, [weak, strong]);
}

/** How a tie counts for the strong model: as half a win, as a win of the weak model, or not at all. */
export type Ties = "half" | "weak" | "drop";

/** 1 where the strong model won, 0 where the weak one did; NaN = not both scored, or a dropped tie. [n, 1] */
export function strongWins(train: Pick<TrainTable, "score">, pair: Pair, ties: Ties): Matrix {
  const { data } = pairScores(train, pair);
  const tie = { half: 0.5, weak: 0, drop: NaN }[ties];
  const out = matrix(train.score.rows, 1);
  for (let i = 0; i < out.rows; i++) {
    const lead = data[2 * i + 1]! - data[2 * i]!;
    out.data[i] = Number.isNaN(lead) ? NaN : lead === 0 ? tie : Number(lead > 0);
  }
  return out;
}
