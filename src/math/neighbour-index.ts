/**
 * The exact nearest rows to a query by inner product, for half the work of a full scan: a rough scan, whose error is
 * bounded, leaves a few candidates, and only those are multiplied in floats.
 */
import { paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { ShapeError } from "./matrix.ts";
import type { Resident } from "./resident.ts";
import { residentDots, residentMatrix } from "./resident.ts";
import { roughProducts, roughScan } from "./rough-scan.ts";
import type { RoughScan } from "./rough-scan.ts";
import { topK } from "./top-k.ts";

export interface NeighbourIndex {
  readonly rows: number;
  readonly cols: number;
  /** Small matrices, and machines without SIMD, are scanned in full. */
  readonly plain: Resident | undefined;
  readonly scan: RoughScan | undefined;
}

/** Rows by falling inner product with the query, ties to the lower row: [k] each. */
export interface Neighbours {
  readonly indices: Int32Array;
  readonly similarities: Float32Array;
}

const smallestScan = 1 << 18;
/** What the kernel that lists the leading rows counts in, beside a number a row. */
const countBytes = 4 * 4352;

/** An index over the rows of m [n, d], which are copied. For cosine neighbours the rows must have unit length. */
export function neighbourIndex(m: Matrix32): NeighbourIndex {
  const { rows, cols } = m;
  const scan = rows * cols < smallestScan ? undefined : roughScan(m, rows * 12 + countBytes);
  return { rows, cols, scan, plain: scan === undefined ? residentMatrix(m) : undefined };
}

/**
 * The k nearest rows, exactly those and with those bits that `residentDots` and `topK` give.
 * Fewer than k when there are fewer rows. Throws ShapeError for a query of another length.
 */
export function nearestNeighbours(index: NeighbourIndex, query: Float32Array, k: number): Neighbours {
  if (query.length !== index.cols) {
    throw new ShapeError(`nearestNeighbours: a query of ${query.length} for rows of ${index.cols}`);
  }
  const { scan, plain } = index;
  if (scan !== undefined) return scanNearest(scan, query, k);
  const products = residentDots(plain!, query);
  const indices = topK(products, k);
  return { indices, similarities: Float32Array.from(indices, (i) => products[i]!) };
}

function scanNearest(scan: RoughScan, query: Float32Array, k: number): Neighbours {
  const { heap, at, rows } = scan;
  const list = at.end;
  const exact = list + rows * 4;
  const scratch = exact + rows * 4;
  // Two rows may both be off by the bound, one up and one down.
  const margin = 2 * roughProducts(scan, query).bound + 1;
  const listed = heap.kernels.leadingRows(at.products, rows, Math.min(k, rows), margin, scratch, list);
  heap.kernels.dotList(0, paddedLength(scan.cols), at.query, list, listed, exact);
  return topListed(heap.ints().subarray(list / 4), heap.floats().subarray(exact / 4, exact / 4 + listed), k);
}

/** The k rows with the largest products, `rows` being in order. */
function topListed(rows: Int32Array, products: Float32Array, k: number): Neighbours {
  const order = topK(products, k);
  const similarities = new Float32Array(order.length);
  for (let r = 0; r < order.length; r++) {
    similarities[r] = products[order[r]!]!;
    order[r] = rows[order[r]!]!;
  }
  return { indices: order, similarities };
}
