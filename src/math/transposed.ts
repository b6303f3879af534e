import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

/** Rows [from, to) of `m`, transposed. [cols, to − from] */
export function transposed(m: Matrix32, from = 0, to = m.rows): Matrix32 {
  const count = to - from;
  const out = matrix32(m.cols, count);
  const tile = 16;
  for (let i0 = 0; i0 < count; i0 += tile) {
    const i1 = Math.min(i0 + tile, count);
    for (let j = 0; j < m.cols; j++) {
      for (let i = i0; i < i1; i++) out.data[j * count + i] = m.data[(from + i) * m.cols + j]!;
    }
  }
  return out;
}
