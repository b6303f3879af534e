/** Exact nearest neighbours by cosine (dot product of unit vectors). */
import { dots } from "../math/dots.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { row } from "../math/matrix.ts";
import { neighbourIndex, nearestNeighbours as searchIndex } from "../math/neighbour-index.ts";
import type { NeighbourIndex } from "../math/neighbour-index.ts";
import { topK } from "../math/top-k.ts";

/** Neighbours of n queries: [n, k] row numbers of `points` and their cosines, nearest first, ties to the lower row. */
export interface Neighbours {
  readonly k: number;
  readonly rows: Int32Array;
  readonly cosines: Float32Array;
}

/** Queries are scanned in blocks so that the [block, n] cosines stay small. */
const blockRows = 256;
/** Searching k asks for the same neighbours again and again: the longest list asked for is kept per pair of matrices. */
const kept = new WeakMap<Matrix32, WeakMap<Matrix32, Neighbours>>();
const indices = new WeakMap<Matrix32, NeighbourIndex>();

/** The k nearest rows of `points` for every row of `queries`; fewer when there are fewer points. */
export function nearestNeighbours(points: Matrix32, queries: Matrix32, k: number): Neighbours {
  const wanted = Math.min(k, points.rows);
  const found = kept.get(points)?.get(queries);
  if (found && found.k >= wanted) return wanted === found.k ? found : shorter(found, queries.rows, wanted);
  const neighbours = queries.rows === 1 ? scanOne(points, queries.data, wanted) : scanMany(points, queries, wanted);
  if (queries.rows > 1) {
    const perQueries = kept.get(points) ?? new WeakMap<Matrix32, Neighbours>();
    kept.set(points, perQueries.set(queries, neighbours));
  }
  return neighbours;
}

/** One query, through an index that gives the same rows and the same bits as the batch below. */
function scanOne(points: Matrix32, query: Float32Array, k: number): Neighbours {
  let index = indices.get(points);
  if (!index) {
    index = neighbourIndex(points);
    indices.set(points, index);
  }
  const found = searchIndex(index, query, k);
  return { k, rows: found.indices, cosines: found.similarities };
}

function scanMany(points: Matrix32, queries: Matrix32, k: number): Neighbours {
  const rows = new Int32Array(queries.rows * k);
  const cosines = new Float32Array(queries.rows * k);
  for (let start = 0; start < queries.rows; start += blockRows) {
    const count = Math.min(blockRows, queries.rows - start);
    const block = {
      rows: count,
      cols: queries.cols,
      data: queries.data.subarray(start * queries.cols, (start + count) * queries.cols),
    };
    const all = dots(block, points);
    for (let b = 0; b < count; b++) {
      const line = row(all, b);
      const best = topK(line, k);
      rows.set(best, (start + b) * k);
      for (let r = 0; r < k; r++) cosines[(start + b) * k + r] = line[best[r]!]!;
    }
  }
  return { k, rows, cosines };
}

function shorter({ k, rows, cosines }: Neighbours, queries: number, wanted: number): Neighbours {
  const out = { k: wanted, rows: new Int32Array(queries * wanted), cosines: new Float32Array(queries * wanted) };
  for (let i = 0; i < queries; i++) {
    out.rows.set(rows.subarray(i * k, i * k + wanted), i * wanted);
    out.cosines.set(cosines.subarray(i * k, i * k + wanted), i * wanted);
  }
  return out;
}
