/** The rows a router may learn from, cut out of the full table: everything else stays out of its reach. */
import { cellStatus, selectTableRows } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { TrainTable } from "../core/router.ts";
import { matrix32, selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";

/**
 * @param embeddings [table rows, d] of the whole table, or undefined when no router reads them
 * @param rows the training rows, in split order
 */
export function trainTable(table: OutcomeTable, rows: Int32Array, embeddings: Matrix32 | undefined): TrainTable {
  const outcomes = selectTableRows(table, rows);
  const costUsd = { ...outcomes.costUsd, data: outcomes.costUsd.data.slice() };
  outcomes.status.forEach((status, cell) => {
    // A failed call costs nothing and says nothing about what an answer costs.
    if (status === cellStatus.failed) costUsd.data[cell] = NaN;
  });
  return {
    models: table.models,
    datasetOf: outcomes.datasetOf,
    datasets: table.datasets.length,
    embeddings: embeddings ? selectRows(embeddings, rows) : matrix32(rows.length, 0),
    score: outcomes.score,
    costUsd,
    promptTokens: rowMeans(outcomes.promptTokens.data, table.models.length),
    prompts: outcomes.prompts,
    outcomes,
  };
}

function rowMeans(data: Float64Array, m: number): Float64Array {
  return Float64Array.from({ length: m === 0 ? 0 : data.length / m }, (_, i) => {
    const known = data.subarray(i * m, (i + 1) * m).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
