/** The graph that GraphRouter learns from: training queries, models and tasks, and an edge for every observed pair. */
import type { FitContext, TrainTable } from "../../core/router.ts";
import { dots, residentMatrix, residentProduct } from "../../math/dots.ts";
import { matrix32, row, selectRows } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { transposed } from "../../math/transposed.ts";
import { groupMeans } from "../capabilities.ts";
import { centredEmbeddings } from "../probe.ts";

export interface TrainingGraph {
  /** n; nodes are these and then the m models, N = n + m in all */
  readonly queries: number;
  /** B·(q − μ) of every query [k, n], for B [k, d] */
  project(weights: Matrix32): Matrix32;
  /** The queries summed with the weights in each row [k, n]. [k, d] */
  projectBack(slopes: Matrix32): Matrix32;
  /** τ [tasks, d] */
  readonly tasks: Matrix32;
  /** [n, tasks] each query's shares in the tasks */
  readonly mix: Matrix32;
  /** e [m, e], models in order of id */
  readonly models: Matrix32;
  /** [m·N] 1 = an edge */
  readonly observed: Uint8Array;
  /** utility, cost and score of each edge [3, m·N] */
  readonly features: Matrix32;
  /** [m·N] 1 = among the best for its query */
  readonly labels: Float32Array;
  readonly aggregate: "mean" | "sum";
}

export interface GraphOptions {
  /** Weight of the score in the utility; the rest is the cost's. */
  readonly scoreWeight: number;
  /** What becomes of queries on which every model fails, all of them "best". */
  readonly failures: "drop" | "keep";
  readonly aggregate: "mean" | "sum";
}

/** Task rows of the training table: the centre of each data set [tasks, d], of unit length, and τ, less the mean. */
export interface Tasks {
  readonly centroids: Matrix32;
  readonly tasks: Matrix32;
}

/** Long enough that the vectors of a pool hardly overlap: each model then starts from a place of its own. */
const modelDimensions = 32;

export function tasksOf(train: TrainTable, context: FitContext): Tasks {
  const present = [...new Set(train.datasetOf)].toSorted((a, b) => a - b);
  const groupOf = train.datasetOf.map((dataset) => present.indexOf(dataset));
  const { matrix: centred } = centredEmbeddings(train, context);
  const centroids = groupMeans(train.embeddings, groupOf, present.length);
  for (let t = 0; t < centroids.rows; t++) {
    const line = row(centroids, t);
    const length = Math.hypot(...line);
    line.forEach((value, c) => (line[c] = length > 0 ? value / length : 0));
  }
  return { centroids, tasks: groupMeans(centred, groupOf, present.length) };
}

/** How sharply a query is given to the data set it looks like. */
const taskTemperature = 0.05;

/** Each query's shares in the tasks, by its cosines with their centres. [n, tasks] */
export function taskShares(centroids: Matrix32, queries: Matrix32): Matrix32 {
  const shares = dots(queries, centroids);
  for (let i = 0; i < shares.rows; i++) {
    const line = row(shares, i);
    const top = line.reduce((most, value) => Math.max(most, value), -Infinity);
    let sum = 0;
    for (let t = 0; t < line.length; t++) sum += line[t] = Math.exp((line[t]! - top) / taskTemperature);
    for (let t = 0; t < line.length; t++) line[t]! /= sum;
  }
  return shares;
}

export function trainingGraph(
  train: TrainTable,
  { centroids, tasks }: Tasks,
  columns: Int32Array,
  options: GraphOptions,
  context: FitContext,
): TrainingGraph {
  const value = edgeValues(train, options.scoreWeight);
  const kept = Int32Array.from(train.score.data.length === 0 ? [] : train.datasetOf.keys()).filter(
    (i) => options.failures === "keep" || bestScore(train, i) > 0 || value.decides(i),
  );
  const rows = selectRows(centredEmbeddings(train, context).matrix, kept);
  const forth = residentMatrix(rows);
  const back = residentMatrix(transposed(rows));
  const m = columns.length;
  const total = kept.length + m;
  const observed = new Uint8Array(m * total);
  const features = matrix32(3, m * total);
  const labels = new Float32Array(m * total);
  kept.forEach((i, position) => {
    const top = value.best(i);
    columns.forEach((column, j) => {
      const utility = value.utility(i, column);
      if (Number.isNaN(utility)) return;
      const p = j * total + position;
      observed[p] = 1;
      features.data[p] = utility;
      features.data[m * total + p] = value.cost(i, column);
      features.data[2 * m * total + p] = train.score.data[i * m + column]!;
      labels[p] = utility >= top - 1e-8 ? 1 : 0;
    });
  });
  return {
    queries: kept.length,
    project: (weights) => residentProduct(forth, weights),
    projectBack: (slopes) => residentProduct(back, slopes),
    tasks,
    mix: taskShares(centroids, selectRows(train.embeddings, kept)),
    models: modelStarts(train, columns, context),
    observed,
    features,
    labels,
    aggregate: options.aggregate,
  };
}

function bestScore({ score }: TrainTable, i: number): number {
  return row(score, i).reduce((top, value) => (value > top ? value : top), -Infinity);
}

/** A fixed random vector of unit length for each model, by its id. [m, e] */
function modelStarts({ models }: TrainTable, columns: Int32Array, context: FitContext): Matrix32 {
  const out = matrix32(columns.length, modelDimensions);
  columns.forEach((column, j) => {
    const random = context.random("graphrouter", "model", models[column]!.id);
    const line = row(out, j);
    line.forEach((_, c) => (line[c] = random.normal()));
    const length = Math.hypot(...line);
    line.forEach((value, c) => (line[c] = value / length));
  });
  return out;
}

interface EdgeValues {
  utility(i: number, column: number): number;
  cost(i: number, column: number): number;
  /** The greatest utility of a row. */
  best(i: number): number;
  /** Whether utility tells the models of a row apart. */
  decides(i: number): boolean;
}

/** Utilities from scores and the standardised logarithms of costs; an unknown cost counts as the middle one. */
function edgeValues({ score, costUsd }: TrainTable, scoreWeight: number): EdgeValues {
  const m = score.cols;
  const logs = costUsd.data.map((cost) => Math.log(cost + 1e-6));
  const known = logs.filter((value) => !Number.isNaN(value)).toSorted();
  const middle = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const variance = known.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, known.length);
  const cost = (i: number, j: number): number => {
    const value = logs[i * m + j]!;
    return Number.isNaN(value) || variance < 1e-12 ? 0 : (value - middle) / Math.sqrt(variance);
  };
  const utility = (i: number, j: number): number =>
    scoreWeight * score.data[i * m + j]! - (1 - scoreWeight) * cost(i, j);
  const utilities = (i: number): number[] =>
    Array.from({ length: m }, (_, j) => utility(i, j)).filter((value) => !Number.isNaN(value));
  const best = (i: number): number => Math.max(...utilities(i));
  return { utility, cost, best, decides: (i) => utilities(i).some((value) => value < best(i) - 1e-8) };
}
