/** The rows of a table file as records of result files, each with the file it would stand in. */
import { basename } from "node:path";
import { DataError } from "../core/errors.ts";
import { resolveColumns } from "./import-columns.ts";
import type { ColumnMapping, ImportField } from "./import-columns.ts";
import type { TableFormat } from "./open-data.ts";
import type { ResultHeader } from "./result-format.ts";
import { readTableRows } from "./table-rows.ts";
import type { TableRow } from "./table-rows.ts";

export interface TableSource {
  readonly path: string;
  readonly format: TableFormat;
  readonly map: ColumnMapping;
}

export interface TableRecord {
  readonly header: ResultHeader;
  /** as a result file has it, unchecked */
  readonly record: Readonly<Record<string, unknown>>;
  /** from 1: row or line */
  readonly position: number;
}

/** @throws UsageError when a needed column is absent; DataError naming file and row for a row that is wrong. */
export async function readTableRecords(
  { path, format, map }: TableSource,
  onRecord: (record: TableRecord) => void,
): Promise<void> {
  const file = basename(path);
  const unit = format === "jsonl" ? "line" : "row";
  const numbers = promptNumbers();
  const columnOf = columnFinder(map, file);
  await readTableRows(path, format, (row, position) => {
    const columns = columnOf(row);
    const header = headerOfRow(row, columns, `${file}, ${unit} ${position}`);
    onRecord({ header, record: recordOfRow(row, columns, (prompt) => numbers(header, prompt)), position });
  });
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
