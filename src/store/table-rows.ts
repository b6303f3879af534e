/** The rows of a CSV, JSONL or Parquet file, one by one, in file order. */
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { TextDecoder } from "node:util";
import { DataError, SignalboxError } from "../core/errors.ts";
import { named, quoted, withDuckDb } from "./duckdb.ts";
import { jsonWords } from "./json-words.ts";
import type { TableFormat } from "./open-data.ts";
import { partitionsSource } from "./partitions.ts";
import { streamRows } from "./stream-rows.ts";
import { unreadableTable } from "./unreadable-table.ts";

/** Column name → value. From CSV and Parquet texts and nulls, nested values as JSON; from JSONL what JSON says. */
export type TableRow = Readonly<Record<string, unknown>>;

/** `position` from 1: the data row of CSV and Parquet (the CSV header is not counted), the line of JSONL. */
export type OnRow = (row: TableRow, position: number) => void;

/** @throws DataError when the file is not what its extension says, naming the line where it is known. */
export async function readTableRows(path: string, format: TableFormat, onRow: OnRow): Promise<void> {
  if (format === "jsonl") await readJsonLines(path, onRow);
  else await readThroughDuckDb(path, format, onRow);
}

async function readThroughDuckDb(path: string, format: "csv" | "parquet", onRow: OnRow): Promise<void> {
  await withDuckDb(async (connection) => {
    let position = 0;
    try {
      const source = sourceOf(path, format);
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
      const values = columns.map(({ name, type }) =>
        /[[(]|^JSON$/.test(type) && !type.startsWith("DECIMAL")
          ? `to_json(${named(name)})::VARCHAR`
          : `${named(name)}::VARCHAR`,
      );
      await streamRows(connection, `SELECT ${values.join(", ")} FROM ${source}`, (row) => {
        onRow(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])), ++position);
      });
    } catch (error) {
      if (error instanceof SignalboxError || !(error instanceof Error)) throw error;
      throw await unreadableTable({ path, format, rows: position, error });
    }
  });
}

function sourceOf(path: string, format: "csv" | "parquet"): string {
  if (format === "csv") return csvSource(path);
  return statSync(path).isDirectory() ? partitionsSource(path) : `read_parquet(${quoted(path)})`;
}

/** Rows may be long: answers are in them. Texts in double quotes, doubled inside; nothing is guessed about types. */
function csvSource(path: string): string {
  const options = `header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = ''`;
  return `read_csv(${quoted(path)}, ${options}, max_line_size = 67108864)`;
}

async function readJsonLines(path: string, onRow: OnRow): Promise<void> {
  let position = 0;
  const take = (line: string): void => {
    position++;
    if (line.trim() !== "") onRow(parseLine(line, path, position), position);
  };
  let rest = "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (error) {
      throw new DataError({
        problem: "not UTF-8 text",
        where: `${basename(path)}, after line ${position}`,
        mend: "Convert it, e.g. iconv -f latin1 -t utf-8.",
        cause: error,
      });
    }
  };
  for await (const bytes of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const lines = (rest + decode(bytes as Buffer)).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  rest += decode();
  if (rest !== "") take(rest);
}

function parseLine(line: string, path: string, position: number): TableRow {
  const where = `${basename(path)}, line ${position}`;
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as TableRow;
  } catch (error) {
    throw new DataError({
      problem: jsonWords(error instanceof Error ? error.message : String(error)),
      where,
      mend: "Write one JSON object a line.",
      cause: error,
    });
  }
  throw new DataError({ problem: "not a JSON object", where, mend: "Write one JSON object a line." });
}
