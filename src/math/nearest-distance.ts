/** How far a point lies from the nearest of some centres. */
import { row, ShapeError } from "./matrix.ts";
import type { Matrix32 } from "./matrix.ts";

/** Euclidean distance of the point [d] to the nearest row of centres [K, d]; Infinity without any. Throws ShapeError. */
export function nearestDistance(point: Float32Array, centres: Matrix32): number {
  if (point.length !== centres.cols) {
    throw new ShapeError(`nearestDistance: a point of ${point.length} numbers among centres of ${centres.cols}`);
  }
  let least = Infinity;
  for (let k = 0; k < centres.rows; k++) {
    const centre = row(centres, k);
    let squares = 0;
    for (let j = 0; j < point.length; j++) squares += (point[j]! - centre[j]!) ** 2;
    if (squares < least) least = squares;
  }
  return Math.sqrt(least);
}
