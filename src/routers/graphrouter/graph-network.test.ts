/** GraphRouter's network against PyTorch and central differences, holes and hidden edges included. */
import { expect, test } from "vitest";
import { adam } from "../../math/adam.ts";
import { dots } from "../../math/dots.ts";
import { matrix32 } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { transposed } from "../../math/transposed.ts";
import {
  centralDifferences,
  crossDots,
  matrixOf,
  relativeError,
  torchFixture,
} from "../../../test/support/torch-fixture.ts";
import type { TorchFixture } from "../../../test/support/torch-fixture.ts";
import { graphArrays, graphSlopes, modelVectors } from "./graph-network.ts";
import type { GraphWeights } from "./graph-network.ts";
import type { LayerWeights } from "./graph-layer.ts";
import type { TrainingGraph } from "./training-graph.ts";

interface GraphFixture extends TorchFixture {
  readonly models: number;
  readonly tasks: readonly number[];
  readonly mix: readonly number[];
  readonly starts: readonly number[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly there: readonly number[];
  readonly seen: readonly (readonly number[])[];
  readonly vectors: readonly number[];
}

type Parameters = TorchFixture["parameters"];

const fixture = torchFixture("graphrouter") as GraphFixture;
const { n, d } = fixture.shape;
const { models: m } = fixture;
const w = fixture.parameters["gamma1"]!.length;
const half = w / 2;
const names = ["task", "taskBias", "query", "queryBias", "model", "modelBias", "edge", "edgeBias"].concat(
  ["1", "2"].flatMap((layer) => ["message", "shown", "bias", "gamma", "beta"].map((name) => name + layer)),
);
const graph = graphOf(fixture);
const masks = Uint32Array.from(graph.observed, (_, p) => {
  const i = p % (n + m);
  const edge = Math.floor(p / (n + m)) * n + i;
  return i < n ? fixture.seen.reduce((bits, mask, bit) => bits | (mask[edge]! << bit), 0) : 0;
});

test("the model vectors with every edge visible are PyTorch's", () => {
  expect(relativeError(modelVectors(weightsOf(fixture.parameters), graph).data, fixture.vectors)).toBeLessThan(1e-4);
});

test("the slopes over two masks are PyTorch's, and central differences of the formula", () => {
  const slopes = graphSlopes(weightsOf(fixture.parameters), graph, masks, fixture.seen.length);
  const differences = centralDifferences(loss, fixture.parameters);
  expect(loss(fixture.parameters)).toBeCloseTo(fixture.loss, 8);
  expect(slopes).toHaveLength(names.length);
  // A constant that only shifts what is normalised has no slope: there, rounding is held to the largest slope of all.
  const largest = Math.max(...Object.values(fixture.slopes).flat().map(Math.abs));
  names.forEach((name, p) => {
    const expected = fixture.slopes[name]!;
    const scale = Math.max(...expected.map(Math.abs)) < 1e-6 * largest ? [largest] : [];
    expect(relativeError([...slopes[p]!, ...scale], [...expected, ...scale]), name).toBeLessThan(1e-4);
    expect(relativeError([...slopes[p]!, ...scale], [...differences[name]!, ...scale]), name).toBeLessThan(1e-4);
  });
});

test("four steps of Adam lead where PyTorch's do", () => {
  const weights = weightsOf(fixture.parameters);
  const optimiser = adam(graphArrays(weights), { learningRate: fixture.adam.lr });
  for (let step = 0; step < 4; step++) optimiser.step(graphSlopes(weights, graph, masks, fixture.seen.length));
  graphArrays(weights).forEach((after, p) => {
    expect(relativeError(after, fixture.after[names[p]!]!), names[p]).toBeLessThan(1e-4);
  });
});

/** The formula edge by edge, in double precision. */
function loss(at: Parameters): number {
  const plus = (rows: number[][], bias: readonly number[]): number[][] =>
    rows.map((line) => line.map((value, c) => value + bias[c]!));
  const ofTasks = plus(crossDots(fixture.tasks, at["task"]!, d), at["taskBias"]!);
  const ofQueries = plus(crossDots(fixture.x, at["query"]!, d), at["queryBias"]!);
  const tasks = fixture.tasks.length / d;
  const u = ofQueries.map((line, i) => [
    ...Array.from({ length: half }, (_, c) =>
      ofTasks.reduce((sum, task, t) => sum + fixture.mix[i * tasks + t]! * task[c]!, 0),
    ),
    ...line,
  ]);
  const v = plus(crossDots(fixture.starts, at["model"]!, fixture.starts.length / m), at["modelBias"]!);
  const g = Array.from({ length: m * n }, (_, edge) =>
    [0, 1, 2].map((c) => {
      const inputs = [0, 1, 2].map((f) => at["edge"]![c * 3 + f]! * fixture.features[f * m * n + edge]!);
      return Math.max(0, inputs[0]! + inputs[1]! + inputs[2]! + at["edgeBias"]![c]!);
    }),
  );
  const layer = (number: string, queries: number[][], own: number[][], visible: (edge: number) => boolean) => {
    const said = crossDots(queries.flat(), at["message" + number]!, w);
    const shown = crossDots(g.flat(), at["shown" + number]!, 3);
    const z = own.map((line, j) => {
      const heard = queries.flatMap((_, i) => (visible(j * n + i) ? [i] : []));
      return line.map((value, c) => {
        const sum = heard.reduce((so, i) => so + said[i]![c]! + shown[j * n + i]![c]! + at["bias" + number]![c]!, 0);
        return value + sum / Math.max(1, heard.length);
      });
    });
    const nodes = [...queries, ...z];
    return nodes.map((line) =>
      line.map((value, c) => {
        const mean = nodes.reduce((sum, other) => sum + other[c]!, 0) / nodes.length;
        const variance = nodes.reduce((sum, other) => sum + (other[c]! - mean) ** 2, 0) / nodes.length;
        return (at["gamma" + number]![c]! * (value - mean)) / Math.sqrt(variance + 1e-5) + at["beta" + number]![c]!;
      }),
    );
  };
  const each = fixture.seen.map((mask) => {
    const visible = (edge: number): boolean => (fixture.there[edge]! & mask[edge]!) === 1;
    const first = layer("1", u, v, visible).map((line) => line.map((value) => Math.max(0, value)));
    const own = layer("2", first.slice(0, n), first.slice(n), visible).slice(n);
    const losses = crossDots(own.flat(), u.flat(), w)
      .flat()
      .map((product) => product / w)
      .map((z, p) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * fixture.labels[p]!)
      .filter((_, p) => fixture.there[p] === 1 && mask[p] === 0);
    return losses.reduce((sum, value) => sum + value, 0) / losses.length;
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

function graphOf({ x, tasks, mix, starts, features, labels, there }: GraphFixture): TrainingGraph {
  const rows = matrixOf(n, x);
  const wide = (values: readonly number[]): Float32Array => {
    const out = new Float32Array((values.length / n) * (n + m));
    values.forEach((value, p) => (out[Math.floor(p / n) * (n + m) + (p % n)] = value));
    return out;
  };
  const edges: Matrix32 = matrix32(3, m * (n + m));
  edges.data.set(wide(features));
  return {
    queries: n,
    project: (weights) => dots(weights, rows),
    projectBack: (slopes) => dots(slopes, transposed(rows)),
    tasks: matrixOf(tasks.length / d, tasks),
    mix: matrixOf(n, mix),
    models: matrixOf(m, starts),
    observed: Uint8Array.from(wide(there)),
    features: edges,
    labels: wide(labels),
    aggregate: "mean",
  };
}

function weightsOf(at: Parameters): GraphWeights {
  const copy = (name: string): Float32Array => Float32Array.from(at[name]!);
  const layer = (number: string): LayerWeights => ({
    message: matrixOf(w, at["message" + number]!),
    edge: matrixOf(w, at["shown" + number]!),
    bias: copy("bias" + number),
    gamma: copy("gamma" + number),
    beta: copy("beta" + number),
  });
  return {
    task: matrixOf(half, at["task"]!),
    taskBias: copy("taskBias"),
    query: matrixOf(half, at["query"]!),
    queryBias: copy("queryBias"),
    model: matrixOf(w, at["model"]!),
    modelBias: copy("modelBias"),
    edge: matrixOf(3, at["edge"]!),
    edgeBias: copy("edgeBias"),
    layers: [layer("1"), layer("2")],
  };
}
