/** DuckDB, loaded on use: it costs a tenth of a second before the first byte is read. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { PrerequisiteError } from "../core/errors.ts";

/** Runs `work` on an in-memory database that is closed afterwards. */
export async function withDuckDb<Result>(work: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const { DuckDBInstance } = await load();
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function load(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw new PrerequisiteError({
      problem: "reading and writing table files needs DuckDB, which could not be loaded",
      mend: "Run: npm install @duckdb/node-api",
      cause: error,
    });
  }
}
