/** A cell of the table from one record. */
import { cellStatus } from "../core/outcome-table.ts";
import type { FullCells } from "./full-table.ts";
import type { RecordColumns } from "./record-columns.ts";

export function fillCell(cells: FullCells, cell: number, columns: RecordColumns, record: number): void {
  cells.status[cell] = columns.status[record] ?? cellStatus.missing;
  cells.score[cell] = columns.score[record] ?? NaN;
  cells.costUsd[cell] = columns.costUsd[record] ?? NaN;
  cells.promptTokens[cell] = columns.promptTokens[record] ?? NaN;
  cells.completionTokens[cell] = columns.completionTokens[record] ?? NaN;
  cells.latencySeconds[cell] = columns.latencySeconds[record] ?? NaN;
  cells.prediction[cell] = columns.prediction[record] ?? 0;
  cells.extra[cell] = columns.extra[record] ?? 0;
}
