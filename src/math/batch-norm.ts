/**
 * Batch normalisation of the rows of z [c, N] over their N columns: y = γ·(z − mean) / √(variance + 1e-5) + β, the
 * variance biased, as PyTorch does in training (Ioffe & Szegedy, arXiv 1502.03167).
 */
import type { Matrix32 } from "./matrix.ts";
import { matrix32, row } from "./matrix.ts";

const epsilon = 1e-5;

export interface Normalised {
  /** [c, N] before γ and β */
  readonly values: Matrix32;
  /** [c] 1 / √(variance + ε) */
  readonly scale: Float64Array;
}

export function normalise(z: Matrix32): Normalised {
  const values = matrix32(z.rows, z.cols);
  const scale = new Float64Array(z.rows);
  for (let c = 0; c < z.rows; c++) {
    const line = row(z, c);
    const out = row(values, c);
    let sum = 0;
    for (let p = 0; p < line.length; p++) sum += line[p]!;
    const mean = sum / line.length;
    let squares = 0;
    for (let p = 0; p < line.length; p++) squares += (line[p]! - mean) ** 2;
    const factor = 1 / Math.sqrt(squares / line.length + epsilon);
    for (let p = 0; p < line.length; p++) out[p] = (line[p]! - mean) * factor;
    scale[c] = factor;
  }
  return { values, scale };
}

/** Turns slopes by y into slopes by z, in place; gives those of γ and β [c]. */
export function normaliseBack(
  slopes: Matrix32,
  { values, scale }: Normalised,
  gamma: Float32Array,
): { ofGamma: Float32Array; ofBeta: Float32Array } {
  const ofGamma = new Float32Array(slopes.rows);
  const ofBeta = new Float32Array(slopes.rows);
  for (let c = 0; c < slopes.rows; c++) {
    const slope = row(slopes, c);
    const value = row(values, c);
    let sum = 0;
    let along = 0;
    for (let p = 0; p < slope.length; p++) {
      sum += slope[p]!;
      along += slope[p]! * value[p]!;
    }
    const factor = gamma[c]! * scale[c]!;
    const mean = sum / slope.length;
    const share = along / slope.length;
    for (let p = 0; p < slope.length; p++) slope[p] = factor * (slope[p]! - mean - value[p]! * share);
    ofGamma[c] = along;
    ofBeta[c] = sum;
  }
  return { ofGamma, ofBeta };
}
