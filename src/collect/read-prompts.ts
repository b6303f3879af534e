/**
 * Prompts from a CSV, JSONL or Parquet file with one row a prompt. Beside the prompt a row may hold its index, the bare
 * question and the expected answer; whatever else it holds is carried along for the scorer.
 */
import { basename } from "node:path";
import { DataError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import { columnAliases } from "../store/import-columns.ts";
import type { TableFormat } from "../store/open-data.ts";
import { text } from "../store/record-fields.ts";
import { readTableRows } from "../store/table-rows.ts";
import type { TableRow } from "../store/table-rows.ts";
import type { PlacedDatasetConfig } from "./config-schema.ts";
import type { PlacedPrompt } from "./prompts.ts";

/** Field → the names its column may have, tried in order. */
const columns = {
  prompt: ["prompt", "query", "question", "input"],
  index: ["index"],
  origin_query: ["origin_query", "original_query"],
  ground_truth: ["ground_truth", "answer", "gold", "reference", "target"],
} as const;
type Field = keyof typeof columns;
const fields = Object.keys(columns) as Field[];

/**
 * The prompts, numbered from 1 where the file does not number them; undefined when the rows are results, one for each
 * prompt and model.
 * @throws UsageError for a mapping of an unknown field; DataError naming the row that is wrong.
 */
export async function readPrompts(
  path: string,
  format: TableFormat,
  { id, split, map = {} }: Pick<PlacedDatasetConfig, "id" | "split" | "map">,
): Promise<PlacedPrompt[] | undefined> {
  let results = false;
  let prompts: PlacedPrompt[] = [];
  const seen = new Set<number>();
  const take = (row: TableRow, position: number): void => {
    results ||= isResult(row, map);
    if (results) return void (prompts = []);
    if (position === 1) requireFields(map, path);
    const where = `${basename(path)}, ${format === "jsonl" ? "line" : "row"} ${position}`;
    const { index = prompts.length + 1, ...rest } = promptOf(row, map, where, format !== "jsonl");
    if (seen.has(index))
      throw new DataError({ problem: `index ${index} stands twice`, where, mend: "Number the prompts apart." });
    seen.add(index);
    prompts.push({ dataset: id, split, index, ...rest });
  };
  await readTableRows(path, format, take);
  return results ? undefined : prompts;
}

function isResult(row: TableRow, map: Readonly<Record<string, string>>): boolean {
  const has = (field: "model" | "score"): boolean =>
    [map[field], field, ...columnAliases[field]].some((name) => name !== undefined && Object.hasOwn(row, name));
  return has("model") && has("score");
}

function requireFields(map: Readonly<Record<string, string>>, path: string): void {
  const unknown = Object.keys(map).find((field) => !fields.includes(field as Field));
  if (unknown !== undefined) throw unknownName("field", unknown, fields, `map of ${path}`);
}

type Item = Omit<PlacedPrompt, "dataset" | "split" | "index"> & { readonly index?: number };

function promptOf(row: TableRow, map: Readonly<Record<string, string>>, where: string, asText: boolean): Item {
  const columnOf = new Map(fields.map((field) => [field, columnIn(row, field, map, where)]));
  const value = (field: Field): unknown => row[columnOf.get(field) ?? ""] ?? undefined;
  const prompt = value("prompt");
  if (typeof prompt !== "string") {
    throw new DataError({
      problem: prompt === undefined ? "has no prompt" : "prompt is not a text",
      where,
      mend: "Name the column with map: {prompt: COLUMN} in the configuration, or correct the row.",
    });
  }
  const [index, query, groundTruth] = [indexOf(value("index"), where), value("origin_query"), value("ground_truth")];
  const used = new Set(columnOf.values());
  const others = Object.entries(row).filter(([name, one]) => !used.has(name) && one !== null);
  return {
    text: prompt,
    ...(index !== undefined && { index }),
    ...(query !== undefined && { query: text(query) }),
    ...(groundTruth !== undefined && { groundTruth: text(groundTruth) }),
    ...(others.length > 0 && {
      record: Object.fromEntries(others.map(([name, one]) => [name, asText ? nested(one) : one])),
    }),
  };
}

function columnIn(
  row: TableRow,
  field: Field,
  map: Readonly<Record<string, string>>,
  where: string,
): string | undefined {
  const named = map[field];
  if (named === undefined) return columns[field].find((name) => Object.hasOwn(row, name));
  if (Object.hasOwn(row, named) || field !== "prompt") return named;
  throw unknownName("column", named, Object.keys(row), where);
}

function indexOf(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  const index = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof index === "number" && Number.isInteger(index) && index >= 0) return index;
  throw new DataError({
    problem: `index is ${JSON.stringify(value)}, must be a whole number`,
    where,
    mend: "Number the prompts from 1, or leave index out.",
  });
}

/** CSV and Parquet give lists and objects as JSON text. */
function nested(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
