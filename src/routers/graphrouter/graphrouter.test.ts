/** GraphRouter's graph, and that what it keeps scores a query as the whole graph does. */
import { describe, expect, test } from "vitest";
import { fitContext } from "../../experiment/fit-context.ts";
import { trainTable } from "../../experiment/train-table.ts";
import type { TrainTable } from "../../core/router.ts";
import { row } from "../../math/matrix.ts";
import { seededRandom } from "../../math/random.ts";
import { oneExpert, tableOf, unitRows, withHoles } from "../../../test/support/tables.ts";
import { columnsById } from "../training-batches.ts";
import { inputsOf, modelVectors, startGraph } from "./graph-network.ts";
import { graphRouter, graphState } from "./graphrouter.ts";
import { tasksOf, trainingGraph } from "./training-graph.ts";
import type { GraphOptions, TrainingGraph } from "./training-graph.ts";

const plain: GraphOptions = { scoreWeight: 1, failures: "keep", aggregate: "mean" };

test("scores from what is kept are those of a full pass through the graph", () => {
  const { table, vectors } = withHoles(oneExpert({ queries: 40, seed: 9 }), 0.1);
  const train = trainTable(table, Int32Array.from(table.prompts.keys()), vectors);
  const context = fitContext(5);
  const tasks = tasksOf(train, context);
  const columns = columnsById(train);
  const graph = trainingGraph(train, tasks, columns, plain, context);
  const weights = startGraph(4, vectors.cols, graph.models.cols, seededRandom("graph"));
  const state = graphState(weights, graph, { train, tasks, columns }, context);
  const { quality } = graphRouter.estimateMany!(state, vectors);
  const { nodes } = inputsOf(weights, graph);
  const own = modelVectors(weights, graph);
  for (let i = 0; i < graph.queries; i++) {
    columns.forEach((column, j) => {
      const product = row(own, j).reduce((sum, value, c) => sum + value * nodes.data[c * nodes.cols + i]!, 0);
      expect(row(quality, i)[column]).toBeCloseTo(1 / (1 + Math.exp(-product / own.cols)), 6);
    });
  }
});

describe("the training graph", () => {
  const train = trainOf({
    score: [
      [1, 0, 1],
      [0, 0, 0],
      [0.5, NaN, 0.25],
    ],
    costUsd: [
      [0.1, 0.01, 0.001],
      [0.1, 0.01, 0.001],
      [0.1, NaN, 0.001],
    ],
  });

  test("labels every model within reach of the best, and has no edge where nothing was collected", () => {
    const graph = graphOf(train, plain);
    expect(cellsOf(graph, graph.labels)).toEqual([
      [1, 0, 1],
      [1, 1, 1],
      [1, 0, 0],
    ]);
    expect(cellsOf(graph, graph.observed)).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 0, 1],
    ]);
  });

  test("leaves out queries that every model fails, unless the cost decides between them", () => {
    expect(graphOf(train, { ...plain, failures: "drop" }).queries).toBe(2);
    const thrifty = graphOf(train, { ...plain, failures: "drop", scoreWeight: 0.2 });
    expect(cellsOf(thrifty, thrifty.labels)).toEqual([
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  test("starts a model from the same vector wherever its column stands", () => {
    const { models, score, costUsd } = train;
    const turned = { ...train, models: [models[2]!, models[0]!, models[1]!], score, costUsd };
    expect(graphOf(turned, plain).models).toEqual(graphOf(train, plain).models);
  });
});

function trainOf(literal: { score: number[][]; costUsd: number[][] }): TrainTable {
  const table = tableOf(literal);
  const rows = Int32Array.from(table.prompts.keys());
  return trainTable(
    table,
    rows,
    unitRows(rows.length, seededRandom("rows"), (i) => i),
  );
}

function graphOf(train: TrainTable, options: GraphOptions): TrainingGraph {
  const context = fitContext(1);
  return trainingGraph(train, tasksOf(train, context), columnsById(train), options, context);
}

/** Values of edges [m·N] as queries × models. */
function cellsOf({ queries, models }: TrainingGraph, values: ArrayLike<number>): number[][] {
  const total = queries + models.rows;
  return Array.from({ length: queries }, (_, i) =>
    Array.from({ length: models.rows }, (_unused, j) => values[j * total + i]!),
  );
}
