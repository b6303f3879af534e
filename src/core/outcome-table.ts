/**
 * The outcome table: the dense view of all results, one row a prompt, one column a model (the performance matrix).
 *
 * Rows are in load order (data set key, then index as first met); columns are the model pool, in code-unit order of ids.
 */
import { selectColumns, selectRows } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";

/** A data set and its split, as a pair: ids may contain "/". */
export interface DatasetKey {
  readonly dataset: string;
  readonly split: string;
}

/** A candidate model. Prices are USD per million tokens, present when known. */
export interface Model {
  readonly id: string;
  readonly promptUsdPerMillion?: number;
  readonly completionUsdPerMillion?: number;
  readonly description?: string;
}

/** What is known of one (prompt, model) pair. The numbers are those stored in `OutcomeTable.status`. */
export const cellStatus = {
  /** A score was recorded. */
  scored: 0,
  /** The call failed: counts as score 0, is never "cheapest", and teaches no router a price. */
  failed: 1,
  /** An answer without a score: a load error unless the user chose a policy. */
  unscored: 2,
  /** No record at all. */
  missing: 3,
} as const;

export type CellStatus = (typeof cellStatus)[keyof typeof cellStatus];

export interface OutcomeTable {
  readonly datasets: readonly DatasetKey[];
  readonly models: readonly Model[];
  /** [n] row → position in `datasets` */
  readonly datasetOf: Int32Array;
  /** [n] the record's index inside its data set, from 1 */
  readonly index: Int32Array;
  /** [n] split group: rows that share an exact prompt text inside a data set key share a group (0 … groups−1) */
  readonly groupOf: Int32Array;
  /** [n] the text sent to the models */
  readonly prompts: readonly string[];
  /** [n, m] in 0 … 1; failed is 0, missing and unscored are NaN */
  readonly score: Matrix;
  /** [n, m] USD as recorded; NaN when missing or not recorded */
  readonly costUsd: Matrix;
  /** [n, m] NaN when missing or not recorded */
  readonly promptTokens: Matrix;
  /** [n, m] NaN when missing or not recorded */
  readonly completionTokens: Matrix;
  /** [n, m] seconds per call, measured by the source; absent when no record has one */
  readonly latencySeconds?: Matrix;
  /** [n·m] row-major, values of `cellStatus` */
  readonly status: Uint8Array;
  /** fewest and most answers to a prompt that a cell is the mean of; absent: one each */
  readonly samples?: readonly [least: number, most: number];
  /** The extracted answer as stored, "" when there is none; of several answers the first. */
  prediction(row: number, model: number): string;
  /** SHA-256 (hex) over the content the table was built from. */
  readonly digest: string;
}

/** The label people read: the data set id, with its split only where an id has several splits in this table. */
export function datasetLabels(datasets: readonly DatasetKey[]): string[] {
  return datasets.map(({ dataset, split }) =>
    datasets.filter((other) => other.dataset === dataset).length > 1 ? `${dataset}/${split}` : dataset,
  );
}

/** The rows of the table, in the given order. Group numbers and data set positions keep their meaning. */
export function selectTableRows(table: OutcomeTable, rows: Int32Array): OutcomeTable {
  const m = table.models.length;
  const status = new Uint8Array(rows.length * m);
  rows.forEach((r, i) => status.set(table.status.subarray(r * m, (r + 1) * m), i * m));
  return {
    ...table,
    datasetOf: rows.map((r) => table.datasetOf[r] ?? 0),
    index: rows.map((r) => table.index[r] ?? 0),
    groupOf: rows.map((r) => table.groupOf[r] ?? 0),
    prompts: Array.from(rows, (r) => table.prompts[r] ?? ""),
    score: selectRows(table.score, rows),
    costUsd: selectRows(table.costUsd, rows),
    promptTokens: selectRows(table.promptTokens, rows),
    completionTokens: selectRows(table.completionTokens, rows),
    ...(table.latencySeconds && { latencySeconds: selectRows(table.latencySeconds, rows) }),
    status,
    prediction: (row, model) => table.prediction(rows[row] ?? 0, model),
  };
}

/** The columns of the table, in the given order: the same prompts with a smaller pool. */
export function selectTableModels(table: OutcomeTable, columns: Int32Array): OutcomeTable {
  const m = table.models.length;
  const status = new Uint8Array(table.prompts.length * columns.length);
  for (let cell = 0; cell < status.length; cell++) {
    const row = Math.floor(cell / columns.length);
    status[cell] = table.status[row * m + (columns[cell % columns.length] ?? 0)] ?? 0;
  }
  return {
    ...table,
    models: Array.from(columns, (j) => table.models[j]).filter((model) => model !== undefined),
    score: selectColumns(table.score, columns),
    costUsd: selectColumns(table.costUsd, columns),
    promptTokens: selectColumns(table.promptTokens, columns),
    completionTokens: selectColumns(table.completionTokens, columns),
    ...(table.latencySeconds && { latencySeconds: selectColumns(table.latencySeconds, columns) }),
    status,
    prediction: (row, model) => table.prediction(row, columns[model] ?? 0),
  };
}

/**
 * Whether costs mean anything for this pool: every model has a price, i.e. at least one answered cell that cost something,
 * and a known cost in every data set it answered. A pool without has no cost axis, and every cost metric over it is null.
 */
export function hasCostAxis(table: OutcomeTable): boolean {
  const m = table.models.length;
  const priced = new Uint8Array(m);
  for (let cell = 0; cell < table.status.length; cell++) {
    if ((table.costUsd.data[cell] ?? NaN) > 0) priced[cell % m] = 1;
  }
  return m > 0 && priced.every((flag) => flag === 1) && unknownCosts(table).length === 0;
}

/**
 * Where a model answered in a data set and the cost of no answer is known, positions in `datasets` and `models`: those calls were not
 * free, and no other answer tells what they cost. By data set, then by model.
 */
export function unknownCosts(table: OutcomeTable): { readonly dataset: number; readonly model: number }[] {
  const m = table.models.length;
  const answered = new Uint8Array(table.datasets.length * m);
  const known = new Uint8Array(answered.length);
  for (let cell = 0; cell < table.status.length; cell++) {
    const status = table.status[cell];
    if (status !== cellStatus.scored && status !== cellStatus.unscored) continue;
    const at = (table.datasetOf[Math.floor(cell / m)] ?? 0) * m + (cell % m);
    answered[at] = 1;
    if (!Number.isNaN(table.costUsd.data[cell] ?? NaN)) known[at] = 1;
  }
  return Array.from(answered.keys())
    .filter((at) => answered[at] === 1 && known[at] === 0)
    .map((at) => ({ dataset: Math.floor(at / m), model: at % m }));
}
