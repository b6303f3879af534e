/** From the rows of a table file to the full table: every (data set, split, model) becomes what a result file is. */
import { basename } from "node:path";
import { DataError, throwIfAborted } from "../core/errors.ts";
import { buildTable } from "./build-table.ts";
import type { ChosenFile } from "./choose-files.ts";
import { fileWarnings } from "./file-warnings.ts";
import type { FullTable } from "./full-table.ts";
import { resolveColumns } from "./import-columns.ts";
import type { ColumnMapping, ImportField } from "./import-columns.ts";
import { contentDigest } from "./ingest.ts";
import type { TableFormat } from "./open-data.ts";
import { columnBuilder } from "./record-columns.ts";
import type { ColumnBuilder } from "./record-columns.ts";
import { recordAdder } from "./result-format.ts";
import type { RecordAdder, ResultHeader } from "./result-format.ts";
import { readTableRows } from "./table-rows.ts";
import type { TableRow } from "./table-rows.ts";
import { textPool } from "./text-pool.ts";

export interface ImportTask {
  readonly path: string;
  readonly format: TableFormat;
  readonly map: ColumnMapping;
  readonly sha256: string;
  /** format and mapping as text: part of the digest, since they change the table */
  readonly variant: string;
  readonly signal?: AbortSignal | undefined;
}

interface Run {
  readonly header: ResultHeader;
  readonly columns: ColumnBuilder;
  readonly adder: RecordAdder;
}

/** @throws UsageError when a needed column is absent; DataError naming file and row for a row that is wrong. */
export async function importRows({ path, format, map, sha256, variant, signal }: ImportTask): Promise<FullTable> {
  const file = basename(path);
  const unit = format === "jsonl" ? "line" : "row";
  const pool = textPool();
  const runs = new Map<string, Run>();
  const numbers = promptNumbers();
  const columnOf = columnFinder(map, file);
  await readTableRows(path, format, (row, position) => {
    throwIfAborted(signal, "the import");
    const place = `${file}, ${unit} ${position}`;
    const columns = columnOf(row);
    const header = headerOfRow(row, columns, place);
    const key = JSON.stringify([header.dataset, header.split, header.model]);
    let run = runs.get(key);
    if (!run) {
      const builder = columnBuilder(pool);
      run = { header, columns: builder, adder: recordAdder(file, builder, { unit }) };
      runs.set(key, run);
    }
    run.adder.push(
      recordOfRow(row, columns, (prompt) => numbers(header, prompt)),
      position,
    );
  });
  if (runs.size === 0) {
    throw new DataError({ problem: "the file has no rows", where: path, mend: "Write one row per prompt and model." });
  }
  const sources = [...runs.values()];
  const files = sources.map(({ header, columns, adder }, batch): ChosenFile => {
    const name = `${file} (${header.dataset}/${header.split}, ${header.model})`;
    return { path: name, sha256, header, batch, start: 0, end: columns.length, repeated: adder.repeated() };
  });
  const columns = sources.map((run) => run.columns.finish());
  const { warnings, ...joined } = buildTable(files, columns);
  const source = { used: 1, ignored: [], shadowed: [], demo: [] };
  return {
    ...joined,
    source: { ...source, warnings: [...warnings, ...fileWarnings(files, columns, [])] },
    digest: contentDigest([{ path: variant, sha256 }]),
  };
}

type Columns = ReadonlyMap<ImportField, string>;

/** Columns are found again only when a row brings a name not met before (JSON lines need not be alike). */
function columnFinder(map: ColumnMapping, file: string): (row: TableRow) => Columns {
  const names = new Set<string>();
  let columns: Columns | undefined;
  return (row) => {
    const before = names.size;
    for (const name in row) names.add(name);
    if (!columns || names.size > before) columns = resolveColumns([...names], map, file);
    return columns;
  };
}

function headerOfRow(row: TableRow, columns: Columns, place: string): ResultHeader {
  const name = (field: ImportField, absent: string | undefined): string => {
    const value = valueOf(row, columns, field) ?? absent;
    if (typeof value === "number") return String(value);
    if (typeof value === "string" && value !== "") return value;
    throw new DataError({ problem: `${field} is empty or no text`, where: place, mend: `Write the ${field}'s name.` });
  };
  // A field that is left out has a default; one that is there but empty is more likely a mistake.
  const given = (field: ImportField): boolean => Object.hasOwn(row, columns.get(field) ?? "");
  const dataset = name("dataset", given("dataset") ? undefined : "data");
  const split = name("split", given("split") ? undefined : "test");
  return { dataset, split, model: name("model", undefined), demo: false, performance: NaN, counts: NaN };
}

/** The row as a record of a result file. Columns that stand for no field are kept as unknown fields. */
function recordOfRow(row: TableRow, columns: Columns, number: (prompt: unknown) => number): Record<string, unknown> {
  const used = new Set(columns.values());
  const record = furtherFields(valueOf(row, columns, "extra"));
  for (const [name, value] of Object.entries(row)) {
    if (!used.has(name) && value !== null) record[columns.has(name as ImportField) ? `column ${name}` : name] = value;
  }
  for (const field of ["origin_query", "prompt", "prediction", "ground_truth", "raw_output"] as const) {
    record[field] = valueOf(row, columns, field);
  }
  for (const field of ["index", "score", "cost", "prompt_tokens", "completion_tokens"] as const) {
    record[field] = numberOf(valueOf(row, columns, field));
  }
  record["score"] ??= null;
  if (!columns.has("index")) record["index"] = number(record["prompt"]);
  const latency = numberOf(valueOf(row, columns, "latency_s"));
  if (latency !== undefined) record["extra_fields"] = { ...(record["extra_fields"] as object), latency_s: latency };
  if (valueOf(row, columns, "status") === "failed") record["raw_output"] = "Generation failed: marked in the table";
  return record;
}

/** The fields in a column `extra`: a JSON object as text, as `exportParquet` writes it. What is none is kept as it is. */
function furtherFields(extra: unknown): Record<string, unknown> {
  if (extra === undefined || extra === "") return {};
  try {
    const fields: unknown = typeof extra === "string" ? JSON.parse(extra) : undefined;
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return { ...fields };
  } catch {
    // Not JSON: a column of the user's own that happens to have this name.
  }
  return { extra };
}

function valueOf(row: TableRow, columns: Columns, field: ImportField): unknown {
  const column = columns.get(field);
  return (column === undefined ? undefined : row[column]) ?? undefined;
}

/** A number written as text becomes one; empty and "nan" are absent, true and false 1 and 0; the rest stays to be refused. */
function numberOf(value: unknown): unknown {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return value;
  const text = value.trim().toLowerCase();
  if (text === "" || text === "nan") return undefined;
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  const number = Number(text);
  return Number.isNaN(number) ? value : number;
}

/** Numbers prompts from 1 by first appearance inside a data set key. */
function promptNumbers(): (header: ResultHeader, prompt: unknown) => number {
  const known = new Map<string, Map<unknown, number>>();
  return ({ dataset, split }, prompt) => {
    const key = JSON.stringify([dataset, split]);
    const numbers = known.get(key) ?? new Map<unknown, number>();
    known.set(key, numbers);
    const number = numbers.get(prompt) ?? numbers.size + 1;
    numbers.set(prompt, number);
    return number;
  };
}
