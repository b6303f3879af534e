/** Counts for the load report. */
import { cellStatus } from "../core/outcome-table.ts";
import type { FullTable } from "./full-table.ts";
import type { CellCounts, LoadReport } from "./load-report.ts";

/** Cells by status for each data set key among `rows` and each of `models`. */
export function cellCounts(full: FullTable, rows: Int32Array, models: readonly number[]): CellCounts[] {
  const m = full.models.length;
  const counts = new Map<number, Int32Array>();
  for (const row of rows) {
    const dataset = full.rows.dataset[row] ?? 0;
    let block = counts.get(dataset);
    if (!block) counts.set(dataset, (block = new Int32Array(m * 4)));
    for (const model of models) {
      const slot = model * 4 + (full.cells.status[row * m + model] ?? cellStatus.missing);
      block[slot] = (block[slot] ?? 0) + 1;
    }
  }
  return [...counts].flatMap(([dataset, block]) =>
    models.map((model) => {
      const key = full.datasets[dataset] ?? { dataset: "", split: "" };
      const count = (status: number): number => block[model * 4 + status] ?? 0;
      return {
        ...key,
        model: full.models[model] ?? "",
        scored: count(cellStatus.scored),
        failed: count(cellStatus.failed),
        unscored: count(cellStatus.unscored),
        missing: count(cellStatus.missing),
      };
    }),
  );
}

/** Prompt texts among `rows` that stand in more than one data set key, and the rows that carry them. */
export function crossDatasetDuplicates(full: FullTable, rows: Int32Array): LoadReport["crossDatasetDuplicates"] {
  const home = new Map<number, number>();
  const shared = new Set<number>();
  for (const row of rows) {
    const text = full.rows.promptText[row] ?? 0;
    const dataset = full.rows.dataset[row] ?? 0;
    const first = home.get(text);
    if (first === undefined) home.set(text, dataset);
    else if (first !== dataset) shared.add(text);
  }
  const carrying = rows.filter((row) => shared.has(full.rows.promptText[row] ?? 0));
  return { texts: shared.size, rows: carrying.length };
}
