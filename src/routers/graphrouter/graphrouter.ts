/**
 * GraphRouter: tasks, queries and models are nodes, observed outcomes are edges, and a small graph network predicts
 * which models are among the best for a query (graph-network.ts, graph-layer.ts have the formulas).
 *
 *   u(q) = [Aτ + a; B(q − μ) + b];  x²_j from two rounds of messages;  quality_j = σ(mean_k u_k·x²_jk)
 * Trained on edges hidden at random, a few masks an epoch, labelled 1 where utility (score, or score and cost) is within
 * 1e-8 of the query's best. x² does not depend on the query: in use this is a linear probe of low rank plus a term for
 * the task. Ours are: the task is guessed from the query (shares by cosine), where the reference is told it; messages
 * are averaged, where it sums them and so doubles them at use; queries that every model fails are left out, where it
 * labels all models right; the length of training is chosen on validation, where it takes the best test epoch. Without
 * an encoder inside a fit, τ is the centred mean of a data set's training embeddings and a model starts from a fixed
 * random vector drawn by its id; the paper embeds a description of each. Statistics are those of the whole training graph.
 *
 * Source: Feng, Shen & You, "GraphRouter: A Graph-based Router for LLM Selections", ICLR 2025, arXiv 2410.03834.
 * Cost: an epoch O(n·d·w + masks·n·m·w), decide O(d·(w + tasks)).
 */
import { z } from "zod";
import { estimateAt } from "../../core/fitted-router.ts";
import { defineRouter } from "../../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../../core/router.ts";
import { adam } from "../../math/adam.ts";
import { dots } from "../../math/dots.ts";
import { matrix, matrix32 } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import type { Random } from "../../math/random.ts";
import { asRow } from "../as-row.ts";
import { meanCostUsd, sameForAll } from "../mean-outcome.ts";
import { centredEmbeddings, probeValues } from "../probe.ts";
import type { Probe } from "../probe.ts";
import { columnsById, inTableOrder } from "../training-batches.ts";
import { trainFor } from "../training-run.ts";
import type { TrainingRun } from "../training-run.ts";
import { graphArrays, graphSlopes, modelVectors, startGraph, taskRows } from "./graph-network.ts";
import type { GraphWeights } from "./graph-network.ts";
import { tasksOf, taskShares, trainingGraph } from "./training-graph.ts";
import type { Tasks, TrainingGraph } from "./training-graph.ts";

const options = z.strictObject({
  scoreWeight: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("Weight of the score in the utility; the rest is the cost's"),
  hidden: z.int().positive().default(8).describe("Coordinates that the query, and that its task, are read into"),
  aggregate: z.enum(["mean", "sum"]).default("mean").describe("How a model takes in what its queries send"),
  failures: z.enum(["drop", "keep"]).default("drop").describe("Queries that every model fails: left out, or all right"),
  masks: z.int().min(1).max(32).default(4).describe("Random halves of the edges hidden in each epoch"),
  epochs: z.int().positive().default(100).describe("Steps, each over all training prompts"),
  weightDecay: z.number().nonnegative().default(1).describe("AdamW's decay"),
  learningRate: z.number().positive().default(1e-2).describe("AdamW's step"),
});

type Options = z.infer<typeof options>;

export interface GraphRouterState {
  /** [t, d] unit length: what a query's task is guessed by */
  readonly centroids: Matrix32;
  /** Aτ + a [t, h] */
  readonly tasks: Matrix32;
  /** B [h, d] and b [h], the training mean folded in */
  readonly query: Probe;
  /** x² [m, w]; NaN for a model without an edge */
  readonly models: Matrix32;
  readonly costUsd: Float64Array;
}

export const graphRouter = defineRouter<Options, GraphRouterState>({
  name: "graphrouter",
  summary: "A graph network over tasks, queries and models that predicts which models are among the best.",
  source: 'Feng, Shen & You, "GraphRouter", ICLR 2025, arXiv 2410.03834',
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "utility",
  calibrate: true,
  options,
  // Small steps, as the reference takes, need more of them. Thirty of ours do not settle, and on few validation prompts
  // that may not show.
  search: ({ learningRate = 1 }) => ({
    weightDecay: [1, 0.01],
    epochs: learningRate < 1e-3 ? [300, 1000, 2000] : [100, 300],
  }),
  presets: {
    reference: { aggregate: "sum", failures: "keep", learningRate: 3e-4, weightDecay: 1e-4 },
    balance: { scoreWeight: 0.5 },
    "cost-first": { scoreWeight: 0.2 },
  },

  stateShape: {
    centroids: "f32[t, d]",
    tasks: "f32[t, h]",
    query: { weights: "f32[h, d]", bias: "f64[h]" },
    models: "f32[m, w]",
    costUsd: "f64[m]",
  },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    return trainFor(context, `graphrouter ${JSON.stringify(rest)}`, epochs, () => startRun(train, chosen, context));
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: GraphRouterState, queries: Matrix32): EstimateTable {
  const { rows: m, cols: w, data } = state.models;
  const half = w / 2;
  const shares = taskShares(state.centroids, queries);
  const read = probeValues(state.query, queries);
  const quality = matrix(queries.rows, m);
  const u = new Float64Array(w);
  for (let i = 0; i < queries.rows; i++) {
    for (let c = 0; c < half; c++) {
      let ofTask = 0;
      for (let t = 0; t < shares.cols; t++)
        ofTask += shares.data[i * shares.cols + t]! * state.tasks.data[t * half + c]!;
      u[c] = ofTask;
      u[half + c] = read.data[i * half + c]!;
    }
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let c = 0; c < w; c++) sum += u[c]! * data[j * w + c]!;
      quality.data[i * m + j] = 1 / (1 + Math.exp(-sum / w));
    }
  }
  return { quality, costUsd: sameForAll(state.costUsd, queries.rows) };
}

function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<GraphRouterState> {
  const columns = columnsById(train);
  const tasks = tasksOf(train, context);
  const graph = trainingGraph(train, tasks, columns, chosen, context);
  const start = context.random("graphrouter", "start", chosen.hidden);
  const weights = startGraph(chosen.hidden, train.embeddings.cols, graph.models.cols, start);
  const optimiser = adam(graphArrays(weights), { ...chosen, decoupled: true });
  const masks = context.random("graphrouter", "masks");
  return {
    advance() {
      if (graph.queries === 0) return;
      optimiser.step(graphSlopes(weights, graph, drawMasks(graph, masks), chosen.masks));
    },
    snapshot: () => graphState(weights, graph, { train, tasks, columns }, context),
  };
}

function drawMasks({ observed }: TrainingGraph, random: Random): Uint32Array {
  return Uint32Array.from(observed, () => random.nextU32());
}

/** What the weights amount to once every training edge is visible. */
export function graphState(
  weights: GraphWeights,
  graph: TrainingGraph,
  { train, tasks, columns }: { train: TrainTable; tasks: Tasks; columns: Int32Array },
  context: FitContext,
): GraphRouterState {
  const vectors =
    graph.queries > 0 ? modelVectors(weights, graph) : matrix32(columns.length, 2 * weights.taskBias.length);
  const total = graph.queries + columns.length;
  columns.forEach((_, j) => {
    // A model never observed is unknown, whatever its start vector became.
    if (graph.observed.subarray(j * total, (j + 1) * total).includes(1)) return;
    vectors.data.fill(NaN, j * vectors.cols, (j + 1) * vectors.cols);
  });
  const shift = dots(asRow(centredEmbeddings(train, context).mean), weights.query).data;
  return {
    centroids: tasks.centroids,
    tasks: taskRows(weights, tasks.tasks),
    query: {
      weights: { ...weights.query, data: weights.query.data.slice() },
      bias: Float64Array.from(weights.queryBias, (value, c) => value - shift[c]!),
    },
    models: inTableOrder(vectors, columns),
    costUsd: meanCostUsd(train),
  };
}
