/**
 * Binary cross-entropy on soft targets, and its slope: BCE(z, y) = max(z, 0) − z·y + log(1 + e^−|z|), slope σ(z) − y.
 * A NaN target was not observed and weighs nothing.
 */
import type { Matrix32 } from "./matrix.ts";

/**
 * Turns logits [m, B] into slopes of the mean loss, in place: weight · (σ(z + bias of the row) − target), 0 where there
 * is no target. Gives the sum of each row, the slope of its bias. [m]
 */
export function toSlopes(logits: Matrix32, bias: ArrayLike<number>, targets: Matrix32, weight: number): Float32Array {
  const { rows, cols, data } = logits;
  const sums = new Float32Array(rows);
  for (let j = 0; j < rows; j++) {
    const offset = bias[j]!;
    let sum = 0;
    for (let p = j * cols; p < (j + 1) * cols; p++) {
      const y = targets.data[p]!;
      const slope = y === y ? weight * (1 / (1 + Math.exp(-(data[p]! + offset))) - y) : 0;
      data[p] = slope;
      sum += slope;
    }
    sums[j] = sum;
  }
  return sums;
}

/** The mean loss over observed targets of logits [m, B] with each row's bias added; 0 where none is observed. */
export function meanCrossEntropy(logits: Matrix32, bias: ArrayLike<number>, targets: Matrix32): number {
  let sum = 0;
  let count = 0;
  for (let p = 0; p < logits.data.length; p++) {
    const y = targets.data[p]!;
    if (Number.isNaN(y)) continue;
    const z = logits.data[p]! + bias[Math.floor(p / logits.cols)]!;
    sum += Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
