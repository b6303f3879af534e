/**
 * Linear probes of the frozen embedding: the part that the linear router, the pair routers, BEST-Route and FrugalGPT
 * share. A probe is [k, d] weights and [k] biases; the training mean is folded into the bias: z = W·q + (b − W·μ).
 */
import type { FitContext, TrainTable } from "../core/router.ts";
import { dots } from "../math/dots.ts";
import { gram } from "../math/gram.ts";
import { fitLogistic } from "../math/logistic.ts";
import { columnMeans, matrix } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { fitRidge } from "../math/ridge.ts";
import { asRow } from "./as-row.ts";

export interface Probe {
  /** [k, d] */
  readonly weights: Matrix32;
  /** [k] with the training mean folded in; NaN for an output that must stay unknown */
  readonly bias: Float64Array;
}

/** What loading checks of a probe per model. */
export const probeShape = { weights: "f32[m, d]", bias: "f64[m]" } as const;

/**
 * Logistic probes of k targets [n, k] in 0 … 1 (NaN = not observed) on the training embeddings. A target without a
 * single observation gets zeros: even odds, which the caller turns into unknown where it should be.
 */
export function fitProbe(
  train: Pick<TrainTable, "embeddings">,
  targets: Matrix,
  { l2, rowWeights }: { readonly l2: number; readonly rowWeights?: Float64Array | undefined },
  context: FitContext,
): Probe {
  const centred = centredEmbeddings(train, context);
  const fit = fitLogistic(centred.matrix, targets, {
    l2,
    gram: gramOf(centred, context),
    ...(rowWeights && { rowWeights }),
    ...(context.signal && { signal: context.signal }),
  });
  return foldMean(fit, centred.mean);
}

/** The same by squared error; `lambda` as in scikit-learn's Ridge. */
export function fitRidgeProbe(
  train: Pick<TrainTable, "embeddings">,
  targets: Matrix,
  lambda: number,
  context: FitContext,
): Probe {
  const centred = centredEmbeddings(train, context);
  return foldMean(fitRidge(centred.matrix, targets, { lambda, gram: gramOf(centred, context) }), centred.mean);
}

/** W·q + b of every query. [n, k] */
export function probeValues({ weights, bias }: Probe, queries: Matrix32): Matrix {
  const { data } = dots(queries, weights);
  const out = matrix(queries.rows, bias.length);
  for (let cell = 0; cell < data.length; cell++) out.data[cell] = data[cell]! + bias[cell % bias.length]!;
  return out;
}

/** 1 / (1 + e^−z) of every cell. */
export function sigmoid(values: Matrix): Matrix {
  return { ...values, data: values.data.map((z) => 1 / (1 + Math.exp(-z))) };
}

export interface CentredEmbeddings {
  /** [n, d] rows minus the column means */
  readonly matrix: Matrix32;
  /** [d] */
  readonly mean: Float32Array;
}

/** The training embeddings minus their mean, computed once for all routers of a training table. */
export function centredEmbeddings(train: Pick<TrainTable, "embeddings">, context: FitContext): CentredEmbeddings {
  return context.shared("centred", () => centre(train.embeddings));
}

/** XᵀX of the centred rows, computed once for all routers of a training table. */
export function gramOf({ matrix: x }: CentredEmbeddings, context: FitContext): Matrix {
  return context.shared("gram", () => gram(x));
}

function centre(x: Matrix32): CentredEmbeddings {
  const mean = Float32Array.from(columnMeans(x), (value) => (Number.isNaN(value) ? 0 : value));
  const data = new Float32Array(x.data.length);
  for (let i = 0; i < data.length; i++) data[i] = x.data[i]! - mean[i % x.cols]!;
  return { matrix: { ...x, data }, mean };
}

/** The probe on rows as they come, from one on rows minus `mean`. */
export function foldMean({ weights, bias }: Probe, mean: Float32Array): Probe {
  const shift = dots(asRow(mean), weights).data;
  return { weights, bias: bias.map((b, j) => b - shift[j]!) };
}
