/** From the full table to what the caller asked for: filters, reference models, the policy for unscored cells. */
import { createHash } from "node:crypto";
import { DataError } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Matrix } from "../math/matrix.ts";
import { filterNames, keyName, select } from "./filter.ts";
import type { Filter, Selection } from "./filter.ts";
import type { FullTable } from "./full-table.ts";
import { cellNumbers } from "./full-table.ts";
import type { LoadReport, LoadWarning, SnapshotState } from "./load-report.ts";
import { cellCounts, crossDatasetDuplicates } from "./count-cells.ts";
import { renumbered } from "./split-groups.ts";

export interface Projection {
  readonly filter?: Filter | undefined;
  /** What an answer without a score is: no record (`missing`), or a scored 0 (`zero`). Absent: an error. */
  readonly unscored?: "missing" | "zero" | undefined;
}

/** What was read, and what the reading saw. */
export interface LoadedResults {
  readonly table: OutcomeTable;
  readonly report: LoadReport;
  /** Same rows as `table`, one column a reference model; absent when none was asked for. */
  readonly referenceTable?: OutcomeTable;
  /** Of the models of `referenceTable`. */
  readonly referenceDetails?: ResultDetails;
  readonly details: ResultDetails;
}

/** What the files hold beside the numbers, decoded when asked for. Rows and models are positions in `table`. */
export interface ResultDetails {
  /** the bare question, "" when not recorded */
  originQuery(row: number): string;
  /** the expected answer, "" when not recorded; JSON text when it is no string */
  groundTruth(row: number): string;
  /** unknown fields and `extra_fields` as JSON text, "" when there are none */
  extra(row: number, model: number): string;
}

/**
 * The tables of a projection.
 * @throws UsageError for an unknown name; DataError for unscored cells without a policy.
 */
export function project(full: FullTable, projection: Projection, snapshot: SnapshotState): LoadedResults {
  const selection = select(full, projection.filter ?? {});
  const rows = selectedRows(full, selection);
  const cells = cellCounts(full, rows, [...selection.models, ...selection.referenceModels]);
  requirePolicy(cells, projection.unscored);
  const digest = projectionDigest(full.digest, projection);
  const columns = (models: readonly number[]): OutcomeTable =>
    tableOf(full, { ...selection, rows, models, digest }, projection);
  const table = columns(selection.models);
  const { used, ignored, shadowed, demo, warnings } = full.source;
  return {
    table,
    ...(selection.referenceModels.length > 0 && {
      referenceTable: columns(selection.referenceModels),
      referenceDetails: detailsOf(full, rows, selection.referenceModels),
    }),
    details: detailsOf(full, rows, selection.models),
    report: {
      files: { used, ignored, shadowed, demo },
      cells,
      warnings: [...warnings.filter((warning) => concerns(warning, full, selection)), ...selection.warnings].map(
        ({ message }) => message,
      ),
      crossDatasetDuplicates: crossDatasetDuplicates(full, rows),
      snapshot,
    },
  };
}

interface Part {
  readonly datasets: readonly number[];
  readonly rows: Int32Array;
  readonly models: readonly number[];
  readonly digest: string;
}

function tableOf(full: FullTable, { datasets, rows, models, digest }: Part, { unscored }: Projection): OutcomeTable {
  const m = full.models.length;
  // The cells are taken as they are when all are wanted and none is changed.
  const whole =
    !unscored && rows.length === full.rows.index.length && models.length === m && inOrder(rows) && inOrder(models);
  const positions = whole ? undefined : cellPositions(rows, models, m);
  const status = positions ? Uint8Array.from(positions, (cell) => full.cells.status[cell] ?? 0) : full.cells.status;
  const numbers = Object.fromEntries(
    cellNumbers.map((name) => {
      const from = full.cells[name];
      const data = positions ? Float64Array.from(positions, (cell) => from[cell] ?? NaN) : from;
      return [name, { rows: rows.length, cols: models.length, data }];
    }),
  ) as Record<(typeof cellNumbers)[number], Matrix>;
  applyPolicy(status, numbers, unscored);
  const datasetPosition = new Map(datasets.map((dataset, position) => [dataset, position]));
  const { latencySeconds, ...amounts } = numbers;
  return {
    datasets: datasets.map((position) => at(full.datasets, position)),
    models: models.map((position) => ({ id: at(full.models, position) })),
    datasetOf: rows.map((row) => datasetPosition.get(full.rows.dataset[row] ?? -1) ?? -1),
    index: rows.map((row) => full.rows.index[row] ?? 0),
    groupOf: renumbered(rows.map((row) => full.rows.group[row] ?? 0)),
    prompts: whole ? full.rows.prompts : Array.from(rows, (row) => at(full.rows.prompts, row)),
    ...amounts,
    ...(latencySeconds.data.some((seconds) => !Number.isNaN(seconds)) && { latencySeconds }),
    status,
    ...samplesOf(full, datasets, models),
    prediction: (row, model) => full.texts.at(full.cells.prediction[at(rows, row) * m + at(models, model)] ?? 0),
    digest,
  };
}

/** The fewest and the most answers to a prompt that a cell of these stands for; nothing where it is one each. */
function samplesOf(
  full: FullTable,
  datasets: readonly number[],
  models: readonly number[],
): Pick<OutcomeTable, "samples"> {
  const { samples = [] } = full.source;
  const several = new Map(samples.map((run) => [JSON.stringify([run.dataset, run.split, run.model]), run.samples]));
  const counts = datasets.flatMap((d) =>
    models.flatMap((j) => {
      const { dataset, split } = at(full.datasets, d);
      const hasFile = (full.fileRank[d * full.models.length + j] ?? -1) >= 0;
      return hasFile ? [several.get(JSON.stringify([dataset, split, full.models[j]])) ?? 1] : [];
    }),
  );
  const most = Math.max(1, ...counts);
  return most > 1 ? { samples: [Math.min(...counts), most] } : {};
}

function applyPolicy(
  status: Uint8Array,
  numbers: Readonly<Record<(typeof cellNumbers)[number], Matrix>>,
  unscored: Projection["unscored"],
): void {
  if (!unscored) return;
  status.forEach((value, cell) => {
    if (value !== cellStatus.unscored) return;
    if (unscored === "zero") {
      status[cell] = cellStatus.scored;
      numbers.score.data[cell] = 0;
    } else {
      status[cell] = cellStatus.missing;
      for (const name of cellNumbers) numbers[name].data[cell] = NaN;
    }
  });
}

function detailsOf(full: FullTable, rows: Int32Array, models: readonly number[]): ResultDetails {
  const m = full.models.length;
  return {
    originQuery: (row) => full.texts.at(full.rows.originQuery[at(rows, row)] ?? 0),
    groundTruth: (row) => full.texts.at(full.rows.groundTruth[at(rows, row)] ?? 0),
    extra: (row, model) => full.texts.at(full.cells.extra[at(rows, row) * m + at(models, model)] ?? 0),
  };
}

/** Rows of the selected data sets, data set by data set, that at least one model of the pool has a record of. */
function selectedRows(full: FullTable, { datasets, models }: Selection): Int32Array {
  const m = full.models.length;
  const byDataset = new Map(datasets.map((dataset) => [dataset, [] as number[]]));
  const kept = (row: number): boolean =>
    models.some((model) => full.cells.status[row * m + model] !== cellStatus.missing);
  full.rows.dataset.forEach((dataset, row) => {
    if (kept(row)) byDataset.get(dataset)?.push(row);
  });
  return Int32Array.from(datasets.flatMap((dataset) => byDataset.get(dataset) ?? []));
}

function cellPositions(rows: Int32Array, models: readonly number[], m: number): Int32Array {
  const positions = new Int32Array(rows.length * models.length);
  let next = 0;
  for (const row of rows) {
    for (const model of models) positions[next++] = row * m + model;
  }
  return positions;
}

function inOrder(positions: ArrayLike<number>): boolean {
  for (let i = 0; i < positions.length; i++) if (positions[i] !== i) return false;
  return true;
}

function requirePolicy(cells: LoadReport["cells"], policy: Projection["unscored"]): void {
  const open = cells.filter(({ unscored }) => unscored > 0);
  const [first] = open;
  if (policy || !first) return;
  const total = open.reduce((sum, { unscored }) => sum + unscored, 0);
  const others = open.length > 1 ? `, ${total} in all (${open.length} pairs of data set and model)` : "";
  throw new DataError({
    problem: `${first.unscored} answers of ${first.model} on ${keyName(first)} have no score${others}`,
    mend: 'Score them (signalbox score), leave the model out, or say what they are: --unscored missing (as if not collected) or --unscored zero (as wrong); in a program, unscored: "missing" or "zero".',
  });
}

/** The content's digest; with filters or a policy, a hash of it and of them. The order of names does not matter. */
function projectionDigest(content: string, { filter = {}, unscored }: Projection): string {
  const lists = filterNames.map((name) => [name, filter[name]?.toSorted()] as const).filter(([, names]) => names);
  if (lists.length === 0 && !unscored) return content;
  const canonical = JSON.stringify([...lists, ["unscored", unscored ?? null]]);
  return createHash("sha256").update(`${content}\n${canonical}`).digest("hex");
}

function concerns(warning: LoadWarning, full: FullTable, selection: Selection): boolean {
  const { dataset, split, model } = warning;
  if (dataset === undefined || model === undefined) return true;
  const models = [...selection.models, ...selection.referenceModels];
  return (
    models.some((position) => full.models[position] === model) &&
    selection.datasets.some((position) => {
      const key = at(full.datasets, position);
      return key.dataset === dataset && key.split === split;
    })
  );
}

function at<T>(list: ArrayLike<T>, position: number): T {
  const value = list[position];
  if (value === undefined) throw new RangeError(`position ${position} is outside 0 … ${list.length - 1}`);
  return value;
}
