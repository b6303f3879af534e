/**
 * Several answers of a model to one prompt as one cell. The score is the mean over the answers that have one, a failed call being 0 as
 * everywhere; cost, tokens and seconds are those of a call, the mean over the answers that came; the text is the first one's.
 */
import { cellStatus } from "../core/outcome-table.ts";
import type { CellStatus } from "../core/outcome-table.ts";
import { fillCell } from "./fill-cell.ts";
import { cellNumbers } from "./full-table.ts";
import type { FullCells } from "./full-table.ts";
import type { RecordColumns } from "./record-columns.ts";

/** One answer: a row of some columns. */
export interface SampleRecord {
  readonly columns: RecordColumns;
  readonly record: number;
}

/** Fills the cell from one or more answers, the first sample first. */
export function fillMean(cells: FullCells, cell: number, samples: readonly SampleRecord[]): void {
  const answered = samples.filter((sample) => statusOf(sample) !== cellStatus.failed);
  const [first = samples[0]] = answered;
  if (first === undefined) return;
  fillCell(cells, cell, first.columns, first.record);
  if (samples.length === 1) return;
  const status = jointStatus(samples.map(statusOf));
  cells.status[cell] = status;
  for (const name of cellNumbers) {
    const of = name === "score" || answered.length === 0 ? samples : answered;
    cells[name][cell] = meanOfKnown(of.map(({ columns, record }) => columns[name][record] ?? NaN));
  }
  if (status === cellStatus.unscored) cells.score[cell] = NaN;
}

/** Whether the mean leaves out answers without a score. */
export function isPartlyScored(samples: readonly SampleRecord[]): boolean {
  const statuses = samples.map(statusOf);
  return statuses.includes(cellStatus.scored) && statuses.includes(cellStatus.unscored);
}

/** One score is a score; of answers without any, one that came is asked about before one that failed is taken for 0. */
function jointStatus(statuses: readonly CellStatus[]): CellStatus {
  if (statuses.includes(cellStatus.scored)) return cellStatus.scored;
  return statuses.includes(cellStatus.unscored) ? cellStatus.unscored : cellStatus.failed;
}

function statusOf({ columns, record }: SampleRecord): CellStatus {
  return (columns.status[record] ?? cellStatus.missing) as CellStatus;
}

function meanOfKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
