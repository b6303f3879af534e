/** What intervals resample: texts, not rows. A prompt that stands in a table many times is one observation (ADR 0013). */
import type { OutcomeTable } from "../core/outcome-table.ts";

/** [rows] a number for each row's text within its data set, the same in every seed's test part. */
export function resampledUnits({ groupOf, datasetOf, datasets }: OutcomeTable, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (r) => groupOf[r]! * datasets.length + datasetOf[r]!);
}
