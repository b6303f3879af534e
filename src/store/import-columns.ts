/** The row of an imported table, and which column holds which field. */
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { schemaText } from "../core/json-schema-text.ts";
import { unknownName } from "../core/near-names.ts";

const amount = z.number().nonnegative();

/** One row: one prompt answered by one model. Published as `schemas/import-row.schema.json`. */
export const importRowSchema = z.looseObject({
  dataset: z.string().optional().describe('Data set id. Without the column all rows belong to "data"'),
  split: z.string().optional().describe('Split of the data set. Default "test"'),
  index: z
    .int()
    .nonnegative()
    .optional()
    .describe("Position of the prompt in its data set, from 1. Default: numbered by first appearance of the prompt"),
  prompt: z.string().describe("The text sent to the model"),
  origin_query: z.string().nullable().optional().describe("The bare question"),
  model: z.string().min(1).describe("Model id"),
  score: z.number().min(0).max(1).nullable().describe("0 to 1; null or empty when the answer was never scored"),
  cost: amount.nullable().optional().describe("USD for this one call; empty when unknown"),
  prompt_tokens: amount.nullable().optional().describe("Tokens of the prompt; empty when unknown"),
  completion_tokens: amount.nullable().optional().describe("Tokens of the answer; empty when unknown"),
  prediction: z.string().nullable().optional().describe("The extracted answer"),
  ground_truth: z.string().nullable().optional().describe("The expected answer"),
  latency_s: amount.nullable().optional().describe("Seconds for this one call"),
  status: z
    .enum(["scored", "failed", "unscored"])
    .optional()
    .describe("failed marks a failed call; else told from the row"),
  raw_output: z
    .string()
    .nullable()
    .optional()
    .describe("The full answer; only its beginning is looked at, to tell failed calls"),
  extra: z
    .string()
    .nullable()
    .optional()
    .describe("A JSON object of further fields, as signalbox export writes it; any other text is kept as it is"),
});

/** The text of `schemas/import-row.schema.json`, written by `scripts/gen-schemas.mjs`. */
export function importRowSchemaText(): string {
  return schemaText({
    schema: importRowSchema,
    title: "signalbox import row",
    description:
      "One row of a CSV, JSONL or Parquet file: one prompt answered by one model. Other columns are kept as extra fields.",
    direction: "input",
  });
}

export type ImportField = keyof typeof importRowSchema.shape;

export const importFields = Object.keys(importRowSchema.shape) as ImportField[];

/** Field → column name. */
export type ColumnMapping = Readonly<Record<string, string>>;

/** Other names a field's column may have, tried in order after the field's own name. */
export const columnAliases: Readonly<Record<ImportField, readonly string[]>> = {
  dataset: ["dataset_name", "dataset_id", "task_name", "task", "benchmark"],
  split: ["split_name"],
  index: ["record_index", "prompt_id", "question_id"],
  prompt: ["query", "question", "input"],
  origin_query: ["original_query"],
  model: ["model_name", "model_id", "llm"],
  score: ["performance", "accuracy", "acc", "correct"],
  cost: ["cost_usd", "costUsd", "price_usd"],
  prompt_tokens: ["input_tokens", "promptTokens"],
  completion_tokens: ["output_tokens", "completionTokens"],
  prediction: ["answer", "pred"],
  ground_truth: ["gold", "reference", "target"],
  latency_s: ["latency_seconds", "latency", "latencySeconds"],
  status: [],
  raw_output: ["response", "completion"],
  extra: [],
};

const required = ["prompt", "model", "score"] as const satisfies readonly ImportField[];

/**
 * The column of every field that has one.
 * @throws UsageError for a mapping of an unknown field or to an unknown column, and when a needed column is absent,
 *   with near names.
 */
export function resolveColumns(columns: readonly string[], map: ColumnMapping, file: string): Map<ImportField, string> {
  for (const [field, column] of Object.entries(map)) {
    if (!importFields.includes(field as ImportField)) throw unknownName("field", field, importFields, "--map");
    if (!columns.includes(column)) throw unknownName("column", column, columns, file);
  }
  const taken = new Set(Object.values(map));
  const found = new Map<ImportField, string>();
  for (const field of importFields) {
    const candidates = [field, ...columnAliases[field]].filter((name) => !taken.has(name));
    const column = map[field] ?? candidates.find((name) => columns.includes(name));
    if (column !== undefined) found.set(field, column);
  }
  const absent = required.filter((field) => !found.has(field));
  if (absent.length > 0) throw columnsAbsent(absent, columns, file);
  return found;
}

function columnsAbsent(absent: readonly string[], columns: readonly string[], file: string): UsageError {
  const pairs = absent.map((field) => `${field}=COLUMN`).join(",");
  return new UsageError({
    problem: `no column for ${absent.join(", ")} among: ${columns.join(", ")}`,
    where: file,
    mend: `Say which column it is: --map ${pairs}`,
  });
}
