/**
 * GraphRouter's network: a query's vector u, a model's vector x² made by two rounds of messages over training edges, and
 * the chance σ(mean_k u_k·x²_jk) that the model is among the best for the query. x² does not depend on the query, so a
 * fitted router keeps it and needs the graph no more.
 */
import { dots } from "../../math/dots.ts";
import { matrix32 } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { uniformWeights } from "../../math/initial-weights.ts";
import type { Random } from "../../math/random.ts";
import { transposed } from "../../math/transposed.ts";
import { add, backward, forward, modelColumns } from "./graph-layer.ts";
import type { LayerSlopes, LayerWeights, VisibleEdges } from "./graph-layer.ts";
import type { TrainingGraph } from "./training-graph.ts";

/** What training changes. Half of u's w coordinates come from the task and half from the query. */
export interface GraphWeights {
  /** A [w/2, d], a [w/2] */
  readonly task: Matrix32;
  readonly taskBias: Float32Array;
  /** B [w/2, d], b [w/2] */
  readonly query: Matrix32;
  readonly queryBias: Float32Array;
  /** D [w, e], c [w] */
  readonly model: Matrix32;
  readonly modelBias: Float32Array;
  /** F [3, 3], f [3] */
  readonly edge: Matrix32;
  readonly edgeBias: Float32Array;
  readonly layers: readonly [LayerWeights, LayerWeights];
}

/** PyTorch's start of layers and of batch normalisation. */
export function startGraph(half: number, d: number, e: number, random: Random): GraphWeights {
  const w = 2 * half;
  const bias = (size: number, inputs: number): Float32Array => uniformWeights(1, size, inputs, random).data;
  const layer = (): LayerWeights => ({
    message: uniformWeights(w, w, w, random),
    edge: uniformWeights(w, 3, 3, random),
    bias: bias(w, w),
    gamma: new Float32Array(w).fill(1),
    beta: new Float32Array(w),
  });
  return {
    task: uniformWeights(half, d, d, random),
    taskBias: bias(half, d),
    query: uniformWeights(half, d, d, random),
    queryBias: bias(half, d),
    model: uniformWeights(w, e, e, random),
    modelBias: bias(w, e),
    edge: uniformWeights(3, 3, 3, random),
    edgeBias: bias(3, 3),
    layers: [layer(), layer()],
  };
}

/** The arrays that training changes, in the order of `graphSlopes`. */
export function graphArrays(weights: GraphWeights): Float32Array[] {
  const { task, taskBias, query, queryBias, model, modelBias, edge, edgeBias, layers } = weights;
  const ofLayers = layers.flatMap(({ message, edge: shown, bias, gamma, beta }) => [
    message.data,
    shown.data,
    bias,
    gamma,
    beta,
  ]);
  return [task.data, taskBias, query.data, queryBias, model.data, modelBias, edge.data, edgeBias, ...ofLayers];
}

/** What all masks of a step share: nodes [w, N] before any message, and g [3, m·N]. */
export interface Inputs {
  readonly nodes: Matrix32;
  readonly features: Matrix32;
}

/** A task's half of u: Aτ + a of every task. [tasks, w/2] */
export function taskRows({ task, taskBias }: GraphWeights, tasks: Matrix32): Matrix32 {
  const rows = dots(tasks, task);
  for (let p = 0; p < rows.data.length; p++) rows.data[p]! += taskBias[p % taskBias.length]!;
  return rows;
}

export function inputsOf(weights: GraphWeights, graph: TrainingGraph): Inputs {
  const half = weights.taskBias.length;
  const total = graph.queries + graph.models.rows;
  const nodes = matrix32(2 * half, total);
  const ofTask = dots(transposed(taskRows(weights, graph.tasks)), graph.mix);
  const ofQuery = graph.project(weights.query);
  for (let c = 0; c < half; c++) {
    for (let i = 0; i < graph.queries; i++) {
      nodes.data[c * total + i] = ofTask.data[c * graph.queries + i]!;
      nodes.data[(half + c) * total + i] = ofQuery.data[c * graph.queries + i]! + weights.queryBias[c]!;
    }
  }
  const ofModel = dots(graph.models, weights.model);
  ofModel.data.forEach((value, p) => {
    const c = p % ofModel.cols;
    nodes.data[c * total + graph.queries + Math.floor(p / ofModel.cols)] = value + weights.modelBias[c]!;
  });
  const features = matrix32(3, graph.observed.length);
  for (let c = 0; c < 3; c++) {
    const [x, y, z] = weights.edge.data.subarray(3 * c, 3 * c + 3);
    const { data, cols } = graph.features;
    for (let p = 0; p < cols; p++) {
      const value = x! * data[p]! + y! * data[cols + p]! + z! * data[2 * cols + p]! + weights.edgeBias[c]!;
      features.data[c * cols + p] = Math.max(0, value);
    }
  }
  return { nodes, features };
}

/** The edges whose bit is set in `masks` [m·N], or all. */
function visibleEdges(graph: TrainingGraph, { features }: Inputs, masks?: Uint32Array, bit = 0): VisibleEdges {
  const m = graph.models.rows;
  const total = graph.queries + m;
  const edges = matrix32(m, total);
  const share = new Float64Array(m);
  const weight = new Float64Array(m);
  const shown = matrix32(m, 3);
  for (let j = 0; j < m; j++) {
    let count = 0;
    let [first, second, third] = [0, 0, 0];
    const { data, cols } = features;
    for (let p = j * total; p < j * total + graph.queries; p++) {
      if (graph.observed[p] === 0 || (masks && ((masks[p]! >>> bit) & 1) === 0)) continue;
      edges.data[p] = 1;
      count += 1;
      first += data[p]!;
      second += data[cols + p]!;
      third += data[2 * cols + p]!;
    }
    share[j] = graph.aggregate === "mean" ? 1 / Math.max(1, count) : 1;
    weight[j] = share[j]! * count;
    [first, second, third].forEach((sum, c) => (shown.data[j * 3 + c] = share[j]! * sum));
  }
  return { edges, across: transposed(edges), share, weight, features: shown };
}

function positivePart({ rows, cols, data }: Matrix32): Matrix32 {
  const out = matrix32(rows, cols);
  for (let p = 0; p < data.length; p++) out.data[p] = Math.max(0, data[p]!);
  return out;
}

/** x² [m, w] with all edges visible. */
export function modelVectors(weights: GraphWeights, graph: TrainingGraph): Matrix32 {
  const inputs = inputsOf(weights, graph);
  const visible = visibleEdges(graph, inputs);
  const first = positivePart(forward(inputs.nodes, visible, weights.layers[0]).out);
  return modelColumns(forward(first, visible, weights.layers[1]).out, graph.models.rows);
}

interface Gradient {
  readonly ofNodes: Matrix32;
  readonly ofFeatures: Float32Array;
  readonly layers: readonly [LayerSlopes, LayerSlopes];
}

/**
 * Slopes of the mean loss over masks, in the order of `graphArrays`. Edges whose bit is set pass messages, the others
 * are predicted. @param masks [m·N] a bit for each of `count` masks
 */
export function graphSlopes(
  weights: GraphWeights,
  graph: TrainingGraph,
  masks: Uint32Array,
  count: number,
): Float32Array[] {
  const inputs = inputsOf(weights, graph);
  const zeros = ({ message, edge, bias, gamma, beta }: LayerWeights): LayerSlopes => ({
    message: new Float32Array(message.data.length),
    edge: new Float32Array(edge.data.length),
    bias: new Float32Array(bias.length),
    gamma: new Float32Array(gamma.length),
    beta: new Float32Array(beta.length),
  });
  const gradient: Gradient = {
    ofNodes: matrix32(inputs.nodes.rows, inputs.nodes.cols),
    ofFeatures: new Float32Array(inputs.features.data.length),
    layers: [zeros(weights.layers[0]), zeros(weights.layers[1])],
  };
  for (let bit = 0; bit < count; bit++) {
    addMask(weights, graph, inputs, visibleEdges(graph, inputs, masks, bit), 1 / count, gradient);
  }
  return inputSlopes(weights, graph, inputs, gradient);
}

function addMask(
  { layers }: GraphWeights,
  graph: TrainingGraph,
  { nodes }: Inputs,
  visible: VisibleEdges,
  weight: number,
  gradient: Gradient,
): void {
  const m = graph.models.rows;
  const first = forward(nodes, visible, layers[0]);
  const between = positivePart(first.out);
  const second = forward(between, visible, layers[1]);
  const vectors = modelColumns(second.out, m);
  const w = vectors.cols;
  const ofLogits = dots(vectors, transposed(nodes));
  predictionSlopes(ofLogits, graph, visible.edges, weight, w);
  const ofVectors = dots(ofLogits, nodes);
  const slopes = matrix32(w, nodes.cols);
  ofVectors.data.forEach((slope, p) => {
    slopes.data[(p % w) * nodes.cols + graph.queries + Math.floor(p / w)] = slope;
  });
  const ofShown = matrix32(m, 3);
  backward(slopes, second, visible, layers[1], gradient.layers[1], ofShown);
  for (let p = 0; p < slopes.data.length; p++) if (between.data[p] === 0) slopes.data[p] = 0;
  backward(slopes, first, visible, layers[0], gradient.layers[0], ofShown);
  add(gradient.ofNodes.data, slopes.data);
  add(gradient.ofNodes.data, dots(transposed(vectors), transposed(ofLogits)).data);
  addFeatureSlopes(gradient.ofFeatures, ofShown, visible);
}

/** Every visible edge has its model's share of the slope of what that model is shown. */
function addFeatureSlopes(into: Float32Array, ofShown: Matrix32, { edges, share }: VisibleEdges): void {
  const { rows: m, cols, data } = edges;
  for (let c = 0; c < 3; c++) {
    for (let j = 0; j < m; j++) {
      const slope = share[j]! * ofShown.data[j * 3 + c]!;
      const start = (c * m + j) * cols;
      for (let i = 0; i < cols; i++) into[start + i]! += slope * data[j * cols + i]!;
    }
  }
}

/** Turns products u·x² [m, N] into slopes of the mean cross-entropy of the observed edges that are not visible. */
function predictionSlopes(logits: Matrix32, graph: TrainingGraph, visible: Matrix32, weight: number, w: number): void {
  const { data } = logits;
  let count = 0;
  for (let p = 0; p < data.length; p++) if (graph.observed[p] === 1 && visible.data[p] === 0) count += 1;
  const factor = weight / Math.max(1, count) / w;
  for (let p = 0; p < data.length; p++) {
    const predicted = graph.observed[p] === 1 && visible.data[p] === 0;
    data[p] = predicted ? factor * (1 / (1 + Math.exp(-data[p]! / w)) - graph.labels[p]!) : 0;
  }
}

/** From slopes by nodes and edge features to those of what made them. */
function inputSlopes(
  weights: GraphWeights,
  graph: TrainingGraph,
  { features }: Inputs,
  { ofNodes, ofFeatures, layers }: Gradient,
): Float32Array[] {
  const half = weights.taskBias.length;
  const n = graph.queries;
  const part = (from: number): Matrix32 => {
    const out = matrix32(half, n);
    for (let c = 0; c < half; c++) {
      const start = (from + c) * ofNodes.cols;
      out.data.set(ofNodes.data.subarray(start, start + n), c * n);
    }
    return out;
  };
  const ofTask = part(0);
  const ofQuery = part(half);
  const ofTaskRows = dots(ofTask, transposed(graph.mix));
  const ofModels = transposed(modelColumns(ofNodes, graph.models.rows));
  const cut = { rows: 3, cols: features.cols, data: ofFeatures };
  for (let p = 0; p < ofFeatures.length; p++) if (features.data[p] === 0) ofFeatures[p] = 0;
  return [
    dots(ofTaskRows, transposed(graph.tasks)).data,
    rowSums(ofTaskRows),
    graph.projectBack(ofQuery).data,
    rowSums(ofQuery),
    dots(ofModels, transposed(graph.models)).data,
    rowSums(ofModels),
    dots(cut, graph.features).data,
    rowSums(cut),
    ...layers.flatMap(({ message, edge, bias, gamma, beta }) => [message, edge, bias, gamma, beta]),
  ];
}

function rowSums({ rows, cols, data }: Matrix32): Float32Array {
  return Float32Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let p = r * cols; p < (r + 1) * cols; p++) sum += data[p]!;
    return sum;
  });
}
