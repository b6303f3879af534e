/**
 * What the routers trained by gradient steps learn from: the training rows dealt into batches once, with the scores
 * that go with each. An epoch takes the batches in a new order; what is in a batch stays.
 */
import type { FitContext, TrainTable } from "../core/router.ts";
import { adam } from "../math/adam.ts";
import type { AdamOptions } from "../math/adam.ts";
import { matrix32 } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { minibatches } from "../math/minibatch.ts";
import type { Minibatches } from "../math/minibatch.ts";
import { permutation } from "../math/random.ts";
import type { Random } from "../math/random.ts";
import { centredEmbeddings } from "./probe.ts";
import type { TrainingRun } from "./training-run.ts";

export interface TrainingBatches {
  readonly batches: Minibatches;
  /** [d] what was taken off every row */
  readonly mean: Float32Array;
  /** [m] the table's columns in order of model id. Fits run in this order, so a table's own order changes nothing. */
  readonly columns: Int32Array;
  /** [m, B] of each batch, models in that order; NaN = not observed */
  readonly targets: readonly Matrix32[];
  /** Scores observed in each batch. */
  readonly observed: readonly number[];
}

export interface BatchOptions {
  /** Prompts a step; fewer where that would give less than forty steps an epoch. */
  readonly size: number;
  /** Rows minus their mean, dealt at random; or rows as they are, in order of the prompts' texts. */
  readonly plain?: boolean;
}

const leastSteps = 40;
const leastRows = 8;

/** The batches of a training table, dealt once for all routers that ask for the same. */
export function trainingBatches(train: TrainTable, options: BatchOptions, context: FitContext): TrainingBatches {
  const { plain = false } = options;
  const size = Math.min(options.size, Math.max(leastRows, Math.ceil(train.embeddings.rows / leastSteps)));
  return context.shared(`training batches of ${size}, ${plain ? "plain" : "dealt"}`, () =>
    deal(train, size, plain, context),
  );
}

/** How a router steps: its parameters, their slopes on a batch in the same order, and a copy of what they amount to. */
export interface Steps<State> {
  readonly parameters: readonly Float32Array[];
  slopes(batch: number): readonly Float32Array[];
  snapshot(): State;
}

/** Adam over the batches, one epoch an `advance`: in a fresh order each time, or, without a stream, in their own. */
export function adamRun<State>(
  { batches }: TrainingBatches,
  steps: Steps<State>,
  settings: AdamOptions,
  random: Random | undefined,
): TrainingRun<State> {
  const optimiser = adam(steps.parameters, settings);
  const inTurn = Int32Array.from({ length: batches.count }, (_, batch) => batch);
  return {
    advance() {
      for (const batch of random ? permutation(batches.count, random) : inTurn) optimiser.step(steps.slopes(batch));
    },
    snapshot: () => steps.snapshot(),
  };
}

function deal(train: TrainTable, size: number, plain: boolean, context: FitContext): TrainingBatches {
  const { matrix: rows, mean } = plain
    ? { matrix: train.embeddings, mean: new Float32Array(train.embeddings.cols) }
    : centredEmbeddings(train, context);
  const order = plain ? byText(train.prompts) : permutation(rows.rows, context.random("training batches", size));
  const batches = minibatches(rows, order, size);
  const columns = columnsById(train);
  const targets = Array.from({ length: batches.count }, (_, b) => targetsOf(train, batches.rowsOf(b), columns));
  const observed = targets.map(({ data }) => data.reduce((count, y) => (Number.isNaN(y) ? count : count + 1), 0));
  return { batches, mean, columns, targets, observed };
}

function byText(prompts: readonly string[]): Int32Array {
  return Int32Array.from(prompts.keys()).sort((a, b) =>
    prompts[a]! < prompts[b]! ? -1 : prompts[a]! > prompts[b]! ? 1 : a - b,
  );
}

/** [m] the table's columns in order of model id. */
export function columnsById({ models }: Pick<TrainTable, "models">): Int32Array {
  return Int32Array.from(models.keys()).sort((a, b) => (models[a]!.id < models[b]!.id ? -1 : 1));
}

function targetsOf({ score }: TrainTable, rows: Int32Array, columns: Int32Array): Matrix32 {
  const out = matrix32(columns.length, rows.length);
  columns.forEach((column, j) => {
    rows.forEach((i, r) => (out.data[j * rows.length + r] = score.data[i * score.cols + column]!));
  });
  return out;
}

/** The rows of `fitted` [m, k], which are in order of model id, back in the table's order. */
export function inTableOrder(fitted: Matrix32, columns: Int32Array): Matrix32 {
  const out = matrix32(fitted.rows, fitted.cols);
  columns.forEach((column, j) => {
    out.data.set(fitted.data.subarray(j * fitted.cols, (j + 1) * fitted.cols), column * fitted.cols);
  });
  return out;
}
