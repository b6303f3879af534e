/**
 * LinUCB: a linear bandit. Per model a ridge regression of its score on x, the query's first principal components and 1,
 * kept in a form that takes one more outcome at a time:
 *
 *   x = (P·(q − μ), 1);  A = λI + Σ x·xᵀ;  θ = A⁻¹·Σ x·(y − r̄);  expected score r̄ + θᵀx
 *   one more outcome: v = A⁻¹x;  θ += v·(y − r̄ − θᵀx)/(1 + xᵀv);  A⁻¹ −= v·vᵀ/(1 + xᵀv)   (Sherman–Morrison)
 *   while it learns it asks the model of the largest r̄ + θᵀx + c·√(xᵀA⁻¹x): good, or not yet known to be bad.
 * Fitted, it starts from all outcomes of the training part. It then serves and is compared frozen, without the bonus:
 * what an unsure model would teach is lost there. `analyze online` lets it learn. Shrinking to the pool's mean score r̄
 * instead of 0 is ours: a model with few outcomes is expected to be like the others, not to fail.
 *
 * Source: Li et al., "A contextual-bandit approach to personalized news article recommendation", WWW 2010, arXiv
 * 1003.0146; for models: PILOT, arXiv 2508.21141. Cost: fit O(n·k²) for models with the same holes and O(d³) for P; decide
 * O(d·k + m·k), learning O(d·k + m·k²).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import { cholesky, solveCholesky } from "../math/cholesky.ts";
import { dots } from "../math/dots.ts";
import { matrix, matrix32, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { symmetricEigen } from "../math/symmetric-eigen.ts";
import { asRow } from "./as-row.ts";
import { knownMean, requireScores, withValue } from "./joining.ts";
import { meanCostUsd, sameForAll } from "./mean-outcome.ts";
import { centredEmbeddings, gramOf } from "./probe.ts";

const options = z.strictObject({
  dimensions: z.int().positive().default(64).describe("How many principal components of the embedding it reads"),
  lambda: z
    .number()
    .positive()
    .default(10)
    .describe("Pseudo-observations of the pool's mean score, in every direction"),
  exploration: z.number().nonnegative().default(0.5).describe("Weight of what is not known, while it learns"),
});

type Options = z.infer<typeof options>;

export interface LinUcbState {
  /** P [k, d], the rows of unit length */
  readonly components: Matrix32;
  /** P·μ [k] */
  readonly offset: Float32Array;
  /** θ [m, k + 1] */
  readonly theta: Matrix;
  /** A⁻¹ of each model, row by row [m, (k + 1)²] */
  readonly inverse: Matrix;
  /** [m] outcomes learnt from */
  readonly support: Float64Array;
  readonly costUsd: Float64Array;
  /** r̄ */
  readonly poolMean: number;
  readonly exploration: number;
}

export const linUcb = defineRouter<Options, LinUcbState>({
  name: "linucb",
  summary: "A linear bandit: a ridge regression per model that can go on learning from the outcomes of its choices.",
  source: "Li et al., WWW 2010, arXiv 1003.0146; for models PILOT, arXiv 2508.21141",
  diagnostic: true,
  needs: { embeddings: true, text: false, cost: false },
  options,
  search: { lambda: [100, 30, 10, 3, 1] },

  stateShape: {
    components: "f32[k, d]",
    offset: "f32[k]",
    theta: "f64[m, p]",
    inverse: "f64[m, q]",
    support: "f64[m]",
    costUsd: "f64[m]",
    poolMean: z.number(),
    exploration: z.number().nonnegative(),
  },

  fit(train, chosen, context) {
    context.signal?.throwIfAborted();
    const { components, offset } = principal(train, chosen.dimensions, context);
    const inputs = context.shared(`linucb inputs ${chosen.dimensions}`, () =>
      inputsOf({ components, offset }, train.embeddings),
    );
    const { score } = train;
    const known = knownMean(score.data);
    const poolMean = Number.isNaN(known) ? 0.5 : known;
    const width = inputs.cols;
    const theta = matrix(score.cols, width);
    const inverse = matrix(score.cols, width * width);
    const support = new Float64Array(score.cols);
    for (let j = 0; j < score.cols; j++) {
      context.signal?.throwIfAborted();
      const own = Float64Array.from({ length: score.rows }, (_, i) => score.data[i * score.cols + j]!);
      const arm = armOf(inputs, own, poolMean, chosen, context);
      row(theta, j).set(arm.theta);
      row(inverse, j).set(arm.inverse.data);
      support[j] = arm.support;
    }
    const costUsd = meanCostUsd(train);
    return { components, offset, theta, inverse, support, costUsd, poolMean, exploration: chosen.exploration };
  },

  dropsModels: "exact",

  addModel(state, joining, chosen, context) {
    requireScores(joining);
    const inputs = inputsOf(state, joining.embeddings);
    const arm = armOf(inputs, joining.score, state.poolMean, chosen, { ...context, shared: (_, compute) => compute() });
    return {
      ...state,
      theta: withMatrixRow(state.theta, arm.theta),
      inverse: withMatrixRow(state.inverse, arm.inverse.data),
      support: withValue(state.support, arm.support),
      costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
    };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,

  online: {
    estimate(state, { embedding }) {
      const x = row(inputsOf(state, asRow(embedding)), 0);
      const quality = state.costUsd.map((_, j) => {
        const spread = dot(x, times(row(state.inverse, j), x));
        return state.poolMean + dot(row(state.theta, j), x) + state.exploration * Math.sqrt(Math.max(0, spread));
      });
      return { quality, costUsd: state.costUsd };
    },

    learn(state, { embedding }, { model, score }) {
      const x = row(inputsOf(state, asRow(embedding)), 0);
      const theta = row(state.theta, model);
      const inverse = row(state.inverse, model);
      const v = times(inverse, x);
      const scale = 1 / (1 + dot(x, v));
      const surprise = score - state.poolMean - dot(theta, x);
      for (let a = 0; a < v.length; a++) theta[a]! += v[a]! * surprise * scale;
      for (let a = 0; a < v.length; a++) {
        for (let b = 0; b < v.length; b++) inverse[a * v.length + b]! -= v[a]! * v[b]! * scale;
      }
      state.support[model]! += 1;
    },
  },
});

function predict(state: LinUcbState, queries: Matrix32): EstimateTable {
  const inputs = inputsOf(state, queries);
  const quality = matrix(queries.rows, state.theta.rows);
  for (let i = 0; i < queries.rows; i++) {
    const x = row(inputs, i);
    const out = row(quality, i);
    // A model never observed is unknown, not like the others.
    for (let j = 0; j < out.length; j++) {
      out[j] = state.support[j] === 0 ? NaN : state.poolMean + dot(row(state.theta, j), x);
    }
  }
  return { quality, costUsd: sameForAll(state.costUsd, queries.rows) };
}

/** The directions in which the training prompts spread most, and the mean along them. */
function principal(
  train: TrainTable,
  dimensions: number,
  context: FitContext,
): Pick<LinUcbState, "components" | "offset"> {
  const centred = centredEmbeddings(train, context);
  const { vectors } = context.shared("principal directions", () => symmetricEigen(gramOf(centred, context)));
  const d = train.embeddings.cols;
  const components = matrix32(Math.min(dimensions, d), d);
  components.data.set(vectors.data.subarray(0, components.data.length));
  return { components, offset: dots(asRow(centred.mean), components).data };
}

/** x of every row. [n, k + 1] */
function inputsOf({ components, offset }: Pick<LinUcbState, "components" | "offset">, rows: Matrix32): Matrix {
  const along = dots(rows, components);
  const out = matrix(rows.rows, along.cols + 1);
  for (let i = 0; i < rows.rows; i++) {
    const x = row(out, i);
    for (let c = 0; c < along.cols; c++) x[c] = along.data[i * along.cols + c]! - offset[c]!;
    x[along.cols] = 1;
  }
  return out;
}

interface Arm {
  readonly theta: Float64Array;
  readonly inverse: Matrix;
  readonly support: number;
}

/** One model's regression on its known scores [n]. */
function armOf(
  inputs: Matrix,
  score: Float64Array,
  poolMean: number,
  { lambda, dimensions }: Options,
  context: Pick<FitContext, "shared">,
): Arm {
  const known = [...score.keys()].filter((i) => !Number.isNaN(score[i]!));
  // Models answered the same prompts more often than not: what depends on the prompts alone is computed once.
  const whose = known.length === score.length ? "all" : known.join(" ");
  const squares = context.shared(`linucb squares ${dimensions} ${whose}`, () => squaresOf(inputs, known));
  const inverse = context.shared(`linucb inverse ${dimensions} ${lambda} ${whose}`, () => inverseOf(squares, lambda));
  const sum = new Float64Array(inputs.cols);
  for (const i of known) {
    const x = row(inputs, i);
    for (let a = 0; a < x.length; a++) sum[a]! += x[a]! * (score[i]! - poolMean);
  }
  return { theta: times(inverse.data, sum), inverse, support: known.length };
}

/** Σ x·xᵀ over some rows. */
function squaresOf(inputs: Matrix, rows: readonly number[]): Matrix {
  const width = inputs.cols;
  const out = matrix(width, width);
  for (const i of rows) {
    const x = row(inputs, i);
    for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) out.data[a * width + b]! += x[a]! * x[b]!;
  }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) out.data[b * width + a] = out.data[a * width + b]!;
  return out;
}

/** (λI + squares)⁻¹ */
function inverseOf(squares: Matrix, lambda: number): Matrix {
  const width = squares.cols;
  const regular = { ...squares, data: squares.data.slice() };
  const unit = matrix(width, width);
  for (let a = 0; a < width; a++) {
    regular.data[a * width + a]! += lambda;
    unit.data[a * width + a] = 1;
  }
  return solveCholesky(cholesky(regular), unit);
}

/** A square matrix, row by row, times a vector. */
function times(square: Float64Array, x: Float64Array): Float64Array {
  return x.map((_, a) => dot(square.subarray(a * x.length, (a + 1) * x.length), x));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

function withMatrixRow(m: Matrix, values: Float64Array): Matrix {
  return { rows: m.rows + 1, cols: m.cols, data: Float64Array.from([...m.data, ...values]) };
}
