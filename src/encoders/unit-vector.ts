/** A vector from outside into a row of the result: checked, then brought to unit length. */
import { EncodeError } from "../core/errors.ts";
import type { Matrix32 } from "../math/matrix.ts";

/**
 * Writes `vector / ‖vector‖` into row `index` of `out`.
 * Throws EncodeError, naming the row and its text, for a wrong width, NaN, Infinity, or a vector of length zero.
 */
export function storeUnitVector(
  out: Matrix32,
  index: number,
  vector: ArrayLike<number>,
  source: string,
  text: string,
): void {
  if (vector.length !== out.cols) {
    throw refused(index, text, `${source} gave ${vector.length} numbers instead of ${out.cols}`);
  }
  let squares = 0;
  for (let j = 0; j < vector.length; j++) {
    const value = vector[j]!;
    if (!Number.isFinite(value)) throw refused(index, text, `${source} gave ${String(value)} at position ${j}`);
    squares += value * value;
  }
  if (squares === 0) throw refused(index, text, `${source} gave a vector of length zero`);
  const scale = 1 / Math.sqrt(squares);
  const start = index * out.cols;
  for (let j = 0; j < vector.length; j++) out.data[start + j] = vector[j]! * scale;
}

function refused(index: number, text: string, problem: string): EncodeError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new EncodeError({ problem, where: `text ${index} (${JSON.stringify(shown)})` });
}
