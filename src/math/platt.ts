/**
 * Logistic regression on one number: the line that turns a score into a chance.
 * Source: Platt (1999), with the smoothed targets (n₊+1)/(n₊+2) and 1/(n₋+2) that keep a separable sample finite, and
 * Newton steps halved until the loss falls (Lin, Lin & Weng, Machine Learning 68, 2007).
 */

export interface PlattMap {
  readonly slope: number;
  readonly intercept: number;
}

const maximumSteps = 100;
const ridge = 1e-12;

/**
 * Fits σ(slope·x + intercept) to y in 0 … 1, both [n] and without NaN. No rows give NaN; equal x give slope 0 or as
 * good as, and the smoothed base rate.
 */
export function fitPlatt(x: Float64Array, y: Float64Array): PlattMap {
  if (x.length === 0) return { slope: NaN, intercept: NaN };
  const positive = y.reduce((total, value) => total + value, 0);
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (y.length - positive + 2);
  const target = y.map((value) => low + value * (high - low));
  let slope = 0;
  let intercept = Math.log((positive + 1) / (y.length - positive + 1));
  let loss = lossAt(x, target, slope, intercept);
  for (let step = 0; step < maximumSteps; step++) {
    const [down, across] = newtonStep(x, target, slope, intercept);
    let size = 1;
    let next = lossAt(x, target, slope - down, intercept - across);
    while (next > loss && size > 1e-10) {
      size /= 2;
      next = lossAt(x, target, slope - size * down, intercept - size * across);
    }
    if (!(next < loss)) break;
    slope -= size * down;
    intercept -= size * across;
    if (loss - next < 1e-12 * Math.max(1, loss)) break;
    loss = next;
  }
  return { slope, intercept };
}

/** Hessian⁻¹ · gradient of the loss. */
function newtonStep(x: Float64Array, target: Float64Array, slope: number, intercept: number): [number, number] {
  let [gradientSlope, gradientIntercept, hessianSlope, hessianBoth, hessianIntercept] = [0, 0, ridge, 0, ridge];
  for (let i = 0; i < x.length; i++) {
    const p = 1 / (1 + Math.exp(-(slope * x[i]! + intercept)));
    const residual = p - target[i]!;
    const weight = p * (1 - p);
    gradientSlope += residual * x[i]!;
    gradientIntercept += residual;
    hessianSlope += weight * x[i]! * x[i]!;
    hessianBoth += weight * x[i]!;
    hessianIntercept += weight;
  }
  const determinant = hessianSlope * hessianIntercept - hessianBoth * hessianBoth;
  return [
    (hessianIntercept * gradientSlope - hessianBoth * gradientIntercept) / determinant,
    (hessianSlope * gradientIntercept - hessianBoth * gradientSlope) / determinant,
  ];
}

function lossAt(x: Float64Array, target: Float64Array, slope: number, intercept: number): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const z = slope * x[i]! + intercept;
    loss += Math.max(z, 0) - z * target[i]! + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return loss;
}
