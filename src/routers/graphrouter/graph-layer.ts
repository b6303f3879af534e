/**
 * One layer of GraphRouter's network. Messages flow from the queries of visible edges to models only:
 *
 *   z_j = v_j + ω_j·Σ_i V_ij·(M·u_i + H·g_ij + c),  z_i = u_i,  y = BN(z) over all nodes
 * with ω_j one over the number of j's visible edges (mean) or 1 (the reference's sum). Nodes are columns, the n queries
 * first and the m models last, so that a matrix of edges [m, N] has nothing in its last m columns.
 */
import { normalise, normaliseBack } from "../../math/batch-norm.ts";
import type { Normalised } from "../../math/batch-norm.ts";
import { dots } from "../../math/dots.ts";
import { matrix32 } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { transposed } from "../../math/transposed.ts";

export interface LayerWeights {
  /** M [w, w] */
  readonly message: Matrix32;
  /** H [w, 3] */
  readonly edge: Matrix32;
  /** c [w] */
  readonly bias: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

/** The edges that messages may use. */
export interface VisibleEdges {
  /** V [m, N] 1 = visible */
  readonly edges: Matrix32;
  /** Vᵀ [N, m] */
  readonly across: Matrix32;
  /** ω [m] */
  readonly share: Float64Array;
  /** ω_j times the number of j's visible edges [m]: what c is multiplied by */
  readonly weight: Float64Array;
  /** ω_j·Σ_i V_ij·g_ij [m, 3] */
  readonly features: Matrix32;
}

export interface LayerPass {
  /** ω_j·Σ_i V_ij·u_i [m, w] */
  readonly heard: Matrix32;
  readonly normalised: Normalised;
  /** y [w, N] */
  readonly out: Matrix32;
}

/** One layer on nodes [w, N] whose model columns hold v. */
export function forward(nodes: Matrix32, visible: VisibleEdges, weights: LayerWeights): LayerPass {
  const { rows: w, cols: total } = nodes;
  const m = visible.edges.rows;
  const heard = scaledRows(dots(visible.edges, nodes), visible.share);
  const said = dots(heard, weights.message).data;
  const shown = dots(visible.features, weights.edge).data;
  const z: Matrix32 = { ...nodes, data: nodes.data.slice() };
  for (let j = 0; j < m; j++) {
    for (let c = 0; c < w; c++) {
      z.data[c * total + total - m + j]! +=
        said[j * w + c]! + shown[j * w + c]! + visible.weight[j]! * weights.bias[c]!;
    }
  }
  const normalised = normalise(z);
  const out = matrix32(w, total);
  for (let c = 0; c < w; c++) {
    const gamma = weights.gamma[c]!;
    const beta = weights.beta[c]!;
    for (let p = c * total; p < (c + 1) * total; p++) out.data[p] = gamma * normalised.values.data[p]! + beta;
  }
  return { heard, normalised, out };
}

/** Slopes of M, H, c, γ, β of a layer, added up over masks. */
export type LayerSlopes = { readonly [Part in keyof LayerWeights]: Float32Array };

/**
 * Turns slopes by a layer's output [w, N] into slopes by its input, in place.
 * @param into what the slopes of its weights are added to
 * @param ofFeatures [m, 3] what the slopes of `visible.features` are added to
 */
export function backward(
  slopes: Matrix32,
  { heard, normalised }: LayerPass,
  visible: VisibleEdges,
  weights: LayerWeights,
  into: LayerSlopes,
  ofFeatures: Matrix32,
): void {
  const { ofGamma, ofBeta } = normaliseBack(slopes, normalised, weights.gamma);
  const ofModels = modelColumns(slopes, visible.edges.rows);
  const across = transposed(ofModels);
  add(into.gamma, ofGamma);
  add(into.beta, ofBeta);
  add(into.message, dots(across, transposed(heard)).data);
  add(into.edge, dots(across, transposed(visible.features)).data);
  add(into.bias, dots(across, { rows: 1, cols: heard.rows, data: Float32Array.from(visible.weight) }).data);
  add(ofFeatures.data, dots(ofModels, transposed(weights.edge)).data);
  const ofHeard = scaledRows(dots(ofModels, transposed(weights.message)), visible.share);
  // Nothing flows into models here: V is empty in their columns.
  add(slopes.data, dots(transposed(ofHeard), visible.across).data);
}

/** The columns of the m models, as rows. [m, w] */
export function modelColumns({ rows, cols, data }: Matrix32, m: number): Matrix32 {
  const out = matrix32(m, rows);
  for (let j = 0; j < m; j++) {
    for (let c = 0; c < rows; c++) out.data[j * rows + c] = data[c * cols + cols - m + j]!;
  }
  return out;
}

/** Adds `more` to `target`, number by number. */
export function add(target: Float32Array, more: Float32Array): void {
  for (let p = 0; p < target.length; p++) target[p]! += more[p]!;
}

function scaledRows(m: Matrix32, factors: Float64Array): Matrix32 {
  for (let p = 0; p < m.data.length; p++) m.data[p]! *= factors[Math.floor(p / m.cols)]!;
  return m;
}
