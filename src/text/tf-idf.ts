/**
 * Term weights: log(1 + count) × idf, where idf = ln((1 + n) / (1 + df)) + 1 (smooth), each text at unit length.
 * Columns are the buckets seen in training; other buckets weigh nothing.
 */
import { logOfOnePlus } from "../math/same-everywhere.ts";
import type { SparseMatrix } from "../math/truncated-svd.ts";
import { ngramCounter } from "./ngram-features.ts";
import type { FeatureCounts } from "./ngram-features.ts";
import type { NgramOptions } from "./ngram-options.ts";

/** One text's weights over the columns. The arrays are scratch: valid until the next call. */
export interface SparseRow {
  size: number;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Counts of many texts, kept compactly: `indptr[i]` to `indptr[i + 1]` are text i's. */
export interface CountTable {
  readonly indptr: Int32Array;
  readonly buckets: Int32Array;
  readonly counts: Float32Array;
}

/** Counts of all texts. */
export function countTexts(texts: readonly string[], options: NgramOptions): CountTable {
  const count = ngramCounter(options);
  return packCounts(
    texts.map((text) => {
      const { size, buckets, counts } = count(text);
      return { size, buckets: buckets.slice(0, size), counts: counts.slice(0, size) };
    }),
  );
}

/** One text's counts after the other's. */
export function packCounts(texts: readonly FeatureCounts[]): CountTable {
  const indptr = new Int32Array(texts.length + 1);
  texts.forEach(({ size }, i) => (indptr[i + 1] = indptr[i]! + size));
  const table = { indptr, buckets: new Int32Array(indptr.at(-1)!), counts: new Float32Array(indptr.at(-1)!) };
  texts.forEach(({ buckets, counts }, i) => {
    table.buckets.set(buckets, indptr[i]);
    table.counts.set(counts, indptr[i]);
  });
  return table;
}

/** The columns of a fit: which bucket each stands for, and its inverse document frequency. */
export interface Columns {
  /** [v], ascending. */
  readonly buckets: Int32Array;
  /** [v] */
  readonly idf: Float32Array;
}

/** Columns for the buckets that at least `minimumPrompts` of the texts have. */
export function fitColumns(table: CountTable, bucketCount: number, minimumPrompts: number): Columns {
  const frequency = new Int32Array(bucketCount);
  for (const bucket of table.buckets) frequency[bucket]! += 1;
  const texts = table.indptr.length - 1;
  const buckets: number[] = [];
  frequency.forEach((seenIn, bucket) => {
    if (seenIn >= minimumPrompts) buckets.push(bucket);
  });
  const idf = Float32Array.from(buckets, (bucket) => Math.log((1 + texts) / (1 + frequency[bucket]!)) + 1);
  return { buckets: Int32Array.from(buckets), idf };
}

/** A function from one text's counts to its unit-length weights. Size 0 when no bucket is known. */
export function tfIdf({ buckets, idf }: Columns, bucketCount: number): (features: FeatureCounts) => SparseRow {
  const columnOf = new Int32Array(bucketCount).fill(-1);
  buckets.forEach((bucket, column) => (columnOf[bucket] = column));
  const logOfCount = Float64Array.from({ length: 1024 }, (_, count) => logOfOnePlus(count));
  const row: SparseRow = {
    size: 0,
    indices: new Int32Array(buckets.length),
    values: new Float32Array(buckets.length),
  };
  return (features) => {
    let size = 0;
    let squares = 0;
    for (let i = 0; i < features.size; i++) {
      const column = columnOf[features.buckets[i]!]!;
      if (column < 0) continue;
      const count = features.counts[i]!;
      const weight = (count < 1024 ? logOfCount[count]! : logOfOnePlus(count)) * idf[column]!;
      row.indices[size] = column;
      row.values[size++] = weight;
      squares += weight * weight;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < size; i++) row.values[i]! *= scale;
    row.size = size;
    return row;
  };
}

/** The weights of every text of a table. [texts, columns] */
export function weighTable(table: CountTable, columns: Columns, bucketCount: number): SparseMatrix {
  const weigh = tfIdf(columns, bucketCount);
  const texts = table.indptr.length - 1;
  const indptr = new Int32Array(texts + 1);
  const indices = new Int32Array(table.buckets.length);
  const values = new Float32Array(table.buckets.length);
  let length = 0;
  for (let i = 0; i < texts; i++) {
    const [start, end] = [table.indptr[i]!, table.indptr[i + 1]!];
    const row = weigh({
      size: end - start,
      buckets: table.buckets.subarray(start, end),
      counts: table.counts.subarray(start, end),
    });
    indices.set(row.indices.subarray(0, row.size), length);
    values.set(row.values.subarray(0, row.size), length);
    length += row.size;
    indptr[i + 1] = length;
  }
  const cols = columns.buckets.length;
  return { rows: texts, cols, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) };
}
