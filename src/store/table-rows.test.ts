import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withDuckDb } from "./duckdb.ts";
import { openData } from "./open-data.ts";
import { readTableRows } from "./table-rows.ts";
import { readTypedRows } from "./typed-rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-rows-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Longer than what DuckDB looks at before it hands out the first rows. The fault stands in line 36001. */
function longCsv(fault: string): Buffer {
  const lines = Array.from({ length: 40_000 }, (_, i) => `prompt number ${i >> 1},m${i % 2},1`);
  return Buffer.from(["prompt,model,score", ...lines.with(35_999, fault)].join("\n") + "\n", "latin1");
}

const faults: readonly (readonly [string, string, RegExp])[] = [
  ["too few columns", "only one", /, line 36001: .*1 column, the header has 3/],
  ["too many columns", "a,b,1,2", /, line 36001: .*4 columns, the header has 3/],
  ["a byte of Latin-1", "caf\xe9,m1,1", /, line 36001: .*not UTF-8/],
  ["a quote that is never closed", '"open,m1,1', /, line 36001: .*never closed/],
  ["an end of line of another kind", "prompt,m1,1\r", /, line 36001: .*ends with CR LF, the lines before with LF/],
];

test.each(faults)("a long CSV with %s near its end is an error, not a shorter table", async (_, line, message) => {
  const path = join(folder, "long.csv");
  await writeFile(path, longCsv(line));
  await expect(readTableRows(path, "csv", () => undefined)).rejects.toThrow(message);
});

test("rows of a data set end with the same error", async () => {
  const path = join(folder, "typed.csv");
  await writeFile(path, longCsv("only one"));
  await expect(readTypedRows(path, "csv", () => undefined)).rejects.toThrow(/typed\.csv, line 36001: .*1 column/);
});

test("a long CSV without fault is read whole", async () => {
  const path = join(folder, "sound.csv");
  await writeFile(path, longCsv('"two ""x""\nlines",m1,1'));
  let rows = 0;
  await readTableRows(path, "csv", () => rows++);
  expect(rows).toBe(40_000);
});

test("no snapshot is kept of a table that was cut short", async () => {
  const path = join(folder, "kept.csv");
  await writeFile(path, longCsv("only one"));
  const open = async (): Promise<unknown> => await openData(path, { cacheDir: join(folder, "cache") });
  await expect(open()).rejects.toThrow(/kept\.csv, line 36001/);
  await expect(open()).rejects.toThrow(/kept\.csv, line 36001/);
});

test("a Parquet file that is damaged in a later group of rows is an error, not a shorter table", async () => {
  const path = join(folder, "damaged.parquet");
  await withDuckDb(async (connection) => {
    const rows = "SELECT 'prompt ' || hash(i) AS prompt, 'm' AS model, 1 AS score FROM range(400000) numbers(i)";
    await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 8192)`);
  });
  const bytes = await readFile(path);
  bytes.fill(0xff, Math.floor(bytes.length * 0.9), Math.floor(bytes.length * 0.9) + 400);
  await writeFile(path, bytes);
  let rows = 0;
  await expect(readTableRows(path, "parquet", () => rows++)).rejects.toThrow(/damaged\.parquet, after row \d+: /);
  expect(rows).toBeGreaterThan(0);
  await expect(readTypedRows(path, "parquet", () => undefined)).rejects.toThrow(/damaged/);
});

test.each([
  ["a row that is too short", "prompt,model,score\nq,a,1\nq2,a\n", /a\.csv, line 3: .*2 columns, the header has 3/],
  ["ends of line of two kinds", "prompt,model,score\nq,a,1\r\nq2,a,1\n", /a\.csv, line 2: .*ends with CR LF/],
  ["text behind a quote", 'prompt,model,score\n"q"uote,a,1\n', /a\.csv, line 2: .*text after a closing quote/],
  ["a long row and a mark", '\uFEFF"a,b",model\nq,a\nq,a,1', /a\.csv, line 3: .*3 columns, the header has 2/],
])("a short CSV in UTF-8 with %s is told by its line, not as another encoding", async (_, content, message) => {
  const path = join(folder, "a.csv");
  await writeFile(path, content);
  await expect(readTableRows(path, "csv", () => undefined)).rejects.toThrow(message);
  await expect(readTableRows(path, "csv", () => undefined)).rejects.not.toThrow(/it is not UTF-8/);
});
