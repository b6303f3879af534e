/** Which model was run on which data set at all. A model without a record there has no accuracy there: NaN, not 0. */
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";

/** [datasets · models] row-major, 1 where the model has at least one record. */
export function coverage(table: OutcomeTable): Uint8Array {
  const m = table.models.length;
  const covered = new Uint8Array(table.datasets.length * m);
  table.status.forEach((status, cell) => {
    if (status !== cellStatus.missing) covered[table.datasetOf[Math.floor(cell / m)]! * m + (cell % m)] = 1;
  });
  return covered;
}

/** A model's accuracy per data set, NaN where it has no record though others were asked. [datasets] */
export function coveredAccuracies(accuracies: Float64Array, covered: Uint8Array, column: number): Float64Array {
  const m = covered.length / accuracies.length;
  return accuracies.map((accuracy, d) => (covered[d * m + column] === 1 ? accuracy : NaN));
}
