/**
 * RouterDC's x_j(q) says which models a query is nearest to, and leaves open how likely any of them is right. Read
 * beside a query's ease, which is the same for all models, it becomes the odds:
 *
 *   logit P(j right on q) = slope·x_j(q) + ease·h(q)/‖h(q)‖ + offset, slope > 0
 *   loss = mean over observed pairs of BCE + ½·l2·‖ease‖²
 * The choice needs none of this; a model that joins is fitted against it, by its labels alone.
 */
import { minimise } from "../math/lbfgs.ts";
import { row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";

export interface ContrastOdds {
  readonly slope: number;
  /** [w] */
  readonly ease: Float64Array;
  readonly offset: number;
}

export interface ContrastPairs {
  /** h/‖h‖ [n, w] */
  readonly units: Matrix32;
  /** x [n, m]; NaN for a model never observed */
  readonly nearness: Matrix;
  /** y [n, m] in 0 … 1, NaN = not observed */
  readonly score: Matrix;
}

const l2 = 1e-3;
const mostSteps = 50;

/** Slope 1 and no ease where nothing is observed. */
export function contrastOdds(pairs: ContrastPairs, signal?: AbortSignal): ContrastOdds {
  const w = pairs.units.cols;
  const observed = pairs.score.data.filter((y) => !Number.isNaN(y)).length;
  // The slope's logarithm, the offset, then the ease.
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    gradient.forEach((_, c) => (gradient[c] = c < 2 ? 0 : l2 * at[c]!));
    const ease = at.subarray(2);
    let loss = ease.reduce((sum, value) => sum + 0.5 * l2 * value * value, 0);
    for (let i = 0; i < pairs.units.rows; i++) loss += addQuery(pairs, i, at, gradient, 1 / Math.max(1, observed));
    return loss;
  };
  const { x } = minimise(objective, new Float64Array(2 + w), { maxIterations: mostSteps, ...(signal && { signal }) });
  return { slope: Math.exp(x[0]!), offset: x[1]!, ease: x.slice(2) };
}

/** Adds one query's part of the gradient; gives its part of the loss. */
function addQuery(
  { units, nearness, score }: ContrastPairs,
  i: number,
  at: Float64Array,
  gradient: Float64Array,
  weight: number,
): number {
  const m = score.cols;
  const slope = Math.exp(at[0]!);
  const unit = row(units, i);
  const ease = unit.reduce((sum, value, c) => sum + value * at[2 + c]!, at[1]!);
  let loss = 0;
  let total = 0;
  for (let cell = i * m; cell < (i + 1) * m; cell++) {
    const y = score.data[cell]!;
    if (Number.isNaN(y)) continue;
    const lean = slope * nearness.data[cell]!;
    const z = lean + ease;
    loss += weight * (Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))));
    const error = weight * (1 / (1 + Math.exp(-z)) - y);
    gradient[0]! += error * lean;
    total += error;
  }
  gradient[1]! += total;
  unit.forEach((value, c) => (gradient[2 + c]! += total * value));
  return loss;
}
