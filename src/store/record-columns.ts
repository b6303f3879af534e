/**
 * Records of many files as columns, with every text stored once. Made in a worker, moved to the main thread.
 * Texts are numbered in order of first use; number 0 is the empty text.
 */
import type { RecordFields } from "./record-fields.ts";
import { textPool } from "./text-pool.ts";
import type { TextForm, TextPool } from "./text-pool.ts";

export interface RecordColumns {
  readonly texts: readonly string[];
  readonly index: Int32Array;
  readonly prompt: Int32Array;
  readonly originQuery: Int32Array;
  readonly prediction: Int32Array;
  readonly groundTruth: Int32Array;
  readonly extra: Int32Array;
  readonly status: Uint8Array;
  readonly score: Float64Array;
  readonly recordedScore: Float64Array;
  readonly costUsd: Float64Array;
  readonly promptTokens: Float64Array;
  readonly completionTokens: Float64Array;
  readonly latencySeconds: Float64Array;
}

export const textColumns = ["prompt", "originQuery", "prediction", "groundTruth", "extra"] as const;
export const numberColumns = [
  "score",
  "recordedScore",
  "costUsd",
  "promptTokens",
  "completionTokens",
  "latencySeconds",
] as const;

export interface ColumnBuilder {
  readonly length: number;
  /** @param form how the texts of `fields` are to be understood */
  push(fields: RecordFields, form?: TextForm): void;
  /** Whether row `row` has this content. */
  holds(row: number, fields: RecordFields, form?: TextForm): boolean;
  /** Forgets everything from row `length` on. */
  cut(length: number): void;
  finish(): RecordColumns;
}

/** An empty set of columns to push records into. Builders may share a pool: equal texts then have equal numbers. */
export function columnBuilder(pool: TextPool = textPool()): ColumnBuilder {
  const index: number[] = [];
  const status: number[] = [];
  const texts = textColumns.map((name) => ({ name, ids: [] as number[] }));
  const numbers = numberColumns.map((name) => ({ name, values: [] as number[] }));
  const lists = [index, status, ...texts.map(({ ids }) => ids), ...numbers.map(({ values }) => values)];
  return {
    get length() {
      return index.length;
    },
    push(fields, form = "text") {
      index.push(fields.index);
      status.push(fields.status);
      for (const { name, ids } of texts) ids.push(pool.idAt(name, fields.index, fields[name], form));
      for (const { name, values } of numbers) values.push(fields[name]);
    },
    holds(row, fields, form = "text") {
      return (
        status[row] === fields.status &&
        texts.every(({ name, ids }) => ids[row] === pool.id(fields[name], form)) &&
        numbers.every(({ name, values }) => Object.is(values[row], fields[name]))
      );
    },
    cut(length) {
      for (const list of lists) list.length = length;
    },
    finish() {
      const columns: Record<string, unknown> = { texts: pool.texts };
      columns["index"] = Int32Array.from(index);
      columns["status"] = Uint8Array.from(status);
      for (const { name, ids } of texts) columns[name] = Int32Array.from(ids);
      for (const { name, values } of numbers) columns[name] = Float64Array.from(values);
      return columns as unknown as RecordColumns;
    },
  };
}
