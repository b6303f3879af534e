/**
 * RouteLLM's three tables as published: a vector per model, made unit length, and a classifier over its product with the
 * prompt; with two models, z = w·((p̂_strong − p̂_weak) ⊙ q).
 *
 * Vectors start from N(0, 1), the classifier from ±1/√d; Adam, batches of 64 battles in a fresh order. One battle in
 * twenty is kept back, and the first epoch that is most often right there is the result, which is usually an early one.
 *
 * Source: Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665, as LLMRouterBench runs it.
 */
import { throwIfAborted } from "../core/errors.ts";
import type { FitContext } from "../core/router.ts";
import { adam } from "../math/adam.ts";
import { normalWeights, uniformWeights } from "../math/initial-weights.ts";
import { row } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { permutation } from "../math/random.ts";

/** Adam's settings in the reference. */
export const tablesAdam = { learningRate: 3e-4, weightDecay: 1e-5 };
const batchSize = 64;
const keptBack = 0.05;

export interface Tables {
  /** [d] */
  readonly strong: Float32Array;
  readonly weak: Float32Array;
  readonly classifier: Float32Array;
}

/** The vector that the tables amount to. [d] */
export function compileTables({ strong, weak, classifier }: Tables): Float32Array {
  const s = unit(strong);
  const w = unit(weak);
  return classifier.map((value, c) => value * (s[c]! - w[c]!));
}

/** Slopes of the mean cross-entropy over the given battles, by strong, weak and classifier. */
export function tableSlopes(
  tables: Tables,
  x: Matrix32,
  wins: ArrayLike<number>,
  battles: ArrayLike<number>,
): [Float32Array, Float32Array, Float32Array] {
  const vector = compileTables(tables);
  const ofVector = new Float64Array(x.cols);
  for (let b = 0; b < battles.length; b++) {
    const query = row(x, battles[b]!);
    const residual = (sigmoidOf(dot(vector, query)) - wins[battles[b]!]!) / battles.length;
    for (let c = 0; c < query.length; c++) ofVector[c]! += residual * query[c]!;
  }
  const { classifier } = tables;
  const s = unit(tables.strong);
  const w = unit(tables.weak);
  return [
    slopeThroughUnit(
      tables.strong,
      ofVector.map((slope, c) => slope * classifier[c]!),
    ),
    slopeThroughUnit(
      tables.weak,
      ofVector.map((slope, c) => -slope * classifier[c]!),
    ),
    Float32Array.from(ofVector, (slope, c) => slope * (s[c]! - w[c]!)),
  ];
}

/** Trains on the battles, the rows whose `wins` [n] is known, and gives the compiled vector. [d] */
export function trainTables(x: Matrix32, wins: Float64Array, epochs: number, context: FitContext): Float32Array {
  const random = context.random("routellm-tables", "order");
  const start = context.random("routellm-tables", "start");
  const known = Int32Array.from(wins.keys()).filter((i) => !Number.isNaN(wins[i]!));
  const dealt = permutation(known.length, random).map((place) => known[place]!);
  const held = dealt.subarray(0, Math.floor(keptBack * dealt.length));
  const battles = dealt.subarray(held.length);
  const tables: Tables = {
    strong: normalWeights(1, x.cols, 1, start).data,
    weak: normalWeights(1, x.cols, 1, start).data,
    classifier: uniformWeights(1, x.cols, x.cols, start).data,
  };
  const optimiser = adam([tables.strong, tables.weak, tables.classifier], tablesAdam);
  let best = compileTables(tables);
  let bestRight = -1;
  for (let epoch = 0; epoch < epochs; epoch++) {
    throwIfAborted(context.signal, "training");
    const order = permutation(battles.length, random).map((place) => battles[place]!);
    for (let from = 0; from < order.length; from += batchSize) {
      optimiser.step(tableSlopes(tables, x, wins, order.subarray(from, from + batchSize)));
    }
    const vector = compileTables(tables);
    const right = countRight(vector, x, wins, held);
    if (right <= bestRight) continue;
    best = vector;
    bestRight = right;
  }
  return best;
}

function countRight(vector: Float32Array, x: Matrix32, wins: Float64Array, battles: Int32Array): number {
  return battles.reduce((count, i) => count + Number(dot(vector, row(x, i)) >= 0 === wins[i]! >= 0.5), 0);
}

function unit(vector: Float32Array): Float64Array {
  const length = Math.max(Math.sqrt(dot(vector, vector)), 1e-12);
  return Float64Array.from(vector, (value) => value / length);
}

/** The slope by a vector, from the slope by the same vector at unit length. */
function slopeThroughUnit(vector: Float32Array, slope: Float64Array): Float32Array {
  const length = Math.max(Math.sqrt(dot(vector, vector)), 1e-12);
  const direction = unit(vector);
  const along = dot(slope, direction);
  return Float32Array.from(slope, (value, c) => (value - along * direction[c]!) / length);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

function sigmoidOf(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
