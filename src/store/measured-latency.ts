/** Latencies of collected answers, from the snapshot beside them: the result files themselves depend on the answers alone. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { Matrix } from "../math/matrix.ts";
import { withDuckDb } from "./duckdb.ts";
import { partitionsSource } from "./partitions.ts";

/** The table with latencies where the snapshot holds one; of several samples the first. What the files tell stays. */
export async function withMeasuredLatency(table: OutcomeTable, snapshot: string): Promise<OutcomeTable> {
  const cells = cellFinder(table);
  const latency = copyOf(table);
  await withDuckDb(async (connection) => {
    const query = `SELECT dataset, split, "index", model, first(latency_s ORDER BY sample) FROM ${partitionsSource(snapshot)}
      WHERE latency_s IS NOT NULL GROUP BY ALL`;
    for (const [dataset, split, index, model, seconds] of (await connection.runAndReadAll(query)).getRows()) {
      const cell = cells(String(dataset), String(split), Number(index), String(model));
      if (cell !== undefined && Number.isNaN(latency.data[cell])) latency.data[cell] = Number(seconds);
    }
  });
  const isAny = latency.data.some((seconds) => !Number.isNaN(seconds));
  return isAny ? { ...table, latencySeconds: latency } : table;
}

function copyOf({ latencySeconds, prompts, models }: OutcomeTable): Matrix {
  const [rows, cols] = [prompts.length, models.length];
  const data = new Float64Array(rows * cols).fill(NaN);
  if (latencySeconds) data.set(latencySeconds.data);
  return { rows, cols, data };
}

function cellFinder(
  table: OutcomeTable,
): (dataset: string, split: string, index: number, model: string) => number | undefined {
  const columns = new Map(table.models.map(({ id }, column) => [id, column]));
  const rows = new Map(
    table.prompts.map((_, row) => {
      const { dataset = "", split = "" } = table.datasets[table.datasetOf[row] ?? 0] ?? {};
      return [JSON.stringify([dataset, split, table.index[row]]), row];
    }),
  );
  return (dataset, split, index, model) => {
    const [row, column] = [rows.get(JSON.stringify([dataset, split, index])), columns.get(model)];
    return row === undefined || column === undefined ? undefined : row * table.models.length + column;
  };
}
