/**
 * Bradley–Terry ratings by maximum likelihood: P(a beats b) = 1 / (1 + 10^((r_b − r_a)/400)).
 * Source: Bradley & Terry, Biometrika 39 (1952); base and scale are Elo's.
 */
import { cholesky, solveCholeskyInPlace } from "./cholesky.ts";
import { matrix } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

const mostSteps = 20;
const perUnit = 400 / Math.LN10;
/** Keeps the ratings of players that always win, or never meet, finite. */
const ridge = 1e-6;
const longestStep = 4;

/** Ratings [k] with mean 0 from `wins` [k, k]: how often row beat column, fractions for ties and weights. */
export function bradleyTerry(wins: Matrix): Float64Array {
  const k = wins.rows;
  const strength = new Float64Array(k);
  if (k < 2) return strength;
  const scale = wins.data.reduce((sum, value) => sum + value, 0) || 1;
  for (let step = 0; step < mostSteps; step++) {
    const move = newtonStep(wins, strength, scale);
    const largest = move.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const size = largest > longestStep ? longestStep / largest : 1;
    for (let a = 0; a < k; a++) strength[a]! += size * move[a]!;
    if (largest < 1e-12) break;
  }
  const mean = strength.reduce((sum, value) => sum + value, 0) / k;
  return strength.map((value) => (value - mean) * perUnit);
}

/** P(a beats b) by their ratings. */
export function beats(a: number, b: number): number {
  return 1 / (1 + 10 ** ((b - a) / 400));
}

function newtonStep(wins: Matrix, strength: Float64Array, scale: number): Float64Array {
  const k = wins.rows;
  const slope = strength.map((value) => -ridge * value);
  const curvature = matrix(k, k);
  for (let a = 0; a < k; a++) curvature.data[a * k + a] = ridge;
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) {
      const won = wins.data[a * k + b]! / scale;
      const games = won + wins.data[b * k + a]! / scale;
      const chance = 1 / (1 + Math.exp(strength[b]! - strength[a]!));
      const pull = won - games * chance;
      const weight = games * chance * (1 - chance);
      slope[a]! += pull;
      slope[b]! -= pull;
      curvature.data[a * k + a]! += weight;
      curvature.data[b * k + b]! += weight;
      curvature.data[a * k + b]! -= weight;
      curvature.data[b * k + a]! -= weight;
    }
  }
  solveCholeskyInPlace(cholesky(curvature), slope);
  return slope;
}
