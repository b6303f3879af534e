/** Score columns of a pool with the row weights of AvgAcc: the fast way to value many subsets of models. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import { cellStatus } from "../core/outcome-table.ts";

export interface PoolColumns {
  /** [m] of [n]: realised scores, 0 where failed or missing */
  readonly columns: readonly Float64Array[];
  /** [n] 1 / (data sets with rows · rows of the row's data set); Σ weight · score is AvgAcc */
  readonly weights: Float64Array;
}

export function scoreColumns(table: OutcomeTable): PoolColumns {
  const n = table.datasetOf.length;
  const m = table.models.length;
  const columns = table.models.map((_, j) =>
    Float64Array.from({ length: n }, (_, i) =>
      table.status[i * m + j] === cellStatus.scored ? table.score.data[i * m + j]! : 0,
    ),
  );
  const rows = new Int32Array(table.datasets.length);
  for (const d of table.datasetOf) rows[d]! += 1;
  const filled = rows.filter((count) => count > 0).length;
  const weights = Float64Array.from(table.datasetOf, (d) => 1 / (filled * rows[d]!));
  return { columns, weights };
}

/** AvgAcc of the per-prompt maximum of two score arrays. */
export function coverageValue(first: Float64Array, second: Float64Array, weights: Float64Array): number {
  let value = 0;
  for (let i = 0; i < weights.length; i++) value += weights[i]! * Math.max(first[i]!, second[i]!);
  return value;
}
