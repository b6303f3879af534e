import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";
import type { Random } from "./random.ts";

/** Uniform in ±1/√inputs, PyTorch's start of a linear layer's weights and biases. [rows, cols] */
export function uniformWeights(rows: number, cols: number, inputs: number, random: Random): Matrix32 {
  const bound = 1 / Math.sqrt(Math.max(1, inputs));
  return filledWith(rows, cols, () => (2 * random.uniform() - 1) * bound);
}

/** Normal with the given standard deviation: at 1, PyTorch's start of an embedding. [rows, cols] */
export function normalWeights(rows: number, cols: number, deviation: number, random: Random): Matrix32 {
  return filledWith(rows, cols, () => deviation * random.normal());
}

function filledWith(rows: number, cols: number, draw: () => number): Matrix32 {
  const out = matrix32(rows, cols);
  for (let p = 0; p < out.data.length; p++) out.data[p] = draw();
  return out;
}
