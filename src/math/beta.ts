/**
 * Draws from gamma and beta distributions. Source: Marsaglia & Tsang, "A simple method for generating gamma variables",
 * ACM TOMS 26, 2000; below 1 by their boost, U^(1/a)·Γ(a + 1).
 */
import type { Random } from "./random.ts";

/** One draw from Beta(a, b), both above 0. */
export function drawBeta(a: number, b: number, random: Random): number {
  const first = drawGamma(a, random);
  const second = drawGamma(b, random);
  // Both are 0 where the powers below underflow: then all lies at an end, at each in its share.
  if (first + second === 0) return random.uniform() < a / (a + b) ? 1 : 0;
  return first / (first + second);
}

/** One draw from Gamma(shape) of scale 1, shape above 0. */
export function drawGamma(shape: number, random: Random): number {
  if (!(shape > 0)) throw new RangeError(`drawGamma: shape is ${shape}, must be positive`);
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.normal();
    const cube = (1 + c * normal) ** 3;
    if (cube <= 0) continue;
    const bound = (normal * normal) / 2 + d - d * cube + d * Math.log(cube);
    if (Math.log(1 - random.uniform()) < bound) return d * cube;
  }
}
