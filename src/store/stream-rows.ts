/** The rows of a query one by one, without holding its result; a fault on the way is an error, however late it comes. */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";

/**
 * Calls `onRow` for each row, in order. After a fault in the source DuckDB's stream ends as if it were whole: `fetchChunk` gives
 * nothing and does not throw. The fault shows in `isStreaming` alone, which a result with an error denies.
 * @throws what DuckDB says of the fault, after `onRow` has seen the rows before it
 */
export async function streamRows(
  connection: DuckDBConnection,
  sql: string,
  onRow: (row: readonly DuckDBValue[]) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  let rows = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    rows += chunk.rowCount;
    for (const row of chunk.getRows()) onRow(row);
  }
  if (result.isStreaming) return;
  // Its reason is not told to a stream: the same once more, nothing kept, every value looked at.
  await connection.run(`SELECT bit_xor(hash(COLUMNS(*))) FROM (${sql})`);
  throw new Error(`the reading stopped after ${rows} rows`);
}
