import type { OutcomeTable } from "../../core/outcome-table.ts";

/** The table with all its prompts in one data set: where each prompt weighs the same, and not each data set. */
export function asOneDataset(table: OutcomeTable): OutcomeTable {
  return { ...table, datasets: table.datasets.slice(0, 1), datasetOf: new Int32Array(table.datasetOf.length) };
}
