import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { quoted, withDuckDb } from "./duckdb.ts";
import { writeParquet } from "./write-parquet.ts";
import type { ParquetCell } from "./write-parquet.ts";

const columns = { text: "VARCHAR", real: "DOUBLE", whole: "INTEGER", flag: "BOOLEAN" } as const;

/** What stands in the file after `rows` were written, and the names of all files beside it. */
async function written(rows: ParquetCell[][]): Promise<{ readonly read: unknown[][]; readonly names: string[] }> {
  const folder = await temporaryFolder();
  const path = join(folder, "it's.parquet");
  return await withDuckDb(async (connection) => {
    await writeParquet(connection, path, columns, rows);
    const reader = await connection.runAndReadAll(`SELECT * FROM ${quoted(path)}`);
    return { read: reader.getRows(), names: await readdir(folder) };
  });
}

test("texts, numbers and what is missing come back as they were, in order, and nothing else is left", async () => {
  const rows: ParquetCell[][] = [
    ['quotes " and\nlines \\ \u0000 \u2028 é 😀', 0.1 + 0.2, -1, true],
    ["", 5e-324, 2 ** 31 - 1, false],
    [null, -1.7976931348623157e308, 0, null],
    ["null", null, null, true],
  ];
  expect(await written(rows)).toEqual({ read: rows, names: ["it's.parquet"] });
});

test("half a surrogate pair becomes a replacement sign; infinity stays", async () => {
  const { read } = await written([["a\ud800b", Infinity, 1, true]]);
  expect(read).toEqual([["a\ufffdb", Infinity, 1, true]]);
});

test("a file without rows has its columns; a text of millions of characters is no trouble", async () => {
  expect((await written([])).read).toEqual([]);
  const long = "é".repeat(3_000_000);
  expect((await written([[long, 1, 1, true]])).read).toEqual([[long, 1, 1, true]]);
});
