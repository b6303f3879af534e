/** Who answers: the share of rows whose answer comes from each column. */
import type { Replay } from "../core/metric.ts";

/** [n] the column whose answer was taken: of a cascade the last one asked. */
export function answeredBy({ chosen, followUps = [] }: Pick<Replay, "chosen" | "followUps">): Int32Array {
  return followUps.reduce(
    (answering, asked) => answering.map((column, i) => (asked[i]! < 0 ? column : asked[i]!)),
    chosen,
  );
}

/** [m] sums to 1; rows of a lottery (−1) take no part, so all NaN when every row is one. */
export function selectionShare(chosen: Int32Array, models: number): Float64Array {
  const count = new Float64Array(models);
  let asked = 0;
  for (const column of chosen) {
    if (column < 0) continue;
    count[column]! += 1;
    asked++;
  }
  return count.map((value) => (asked === 0 ? NaN : value / asked));
}

/** Largest entry of the shares and its column (the lower of equals); share NaN for a lottery. */
export function majority(shares: Float64Array): { readonly column: number; readonly share: number } {
  let column = 0;
  for (let j = 1; j < shares.length; j++) if (shares[j]! > shares[column]!) column = j;
  return { column, share: shares[column] ?? NaN };
}
