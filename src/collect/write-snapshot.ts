/**
 * The journal as a folder of Parquet files, for DuckDB, Spark and their like: what the result files hold, and with it what is
 * not a function of the answers: time, latency, attempts, whether the cache answered. One file a data set, split and model.
 */
import { join } from "node:path";
import { makeFolder } from "../store/make-folder.ts";
import { partitionFolder } from "../store/partitions.ts";
import { withDuckDb } from "../store/duckdb.ts";
import { writeParquet } from "../store/write-parquet.ts";
import type { ParquetCell, ParquetColumns } from "../store/write-parquet.ts";
import { countingRecords } from "./journal/lines.ts";
import type { CountingRecords } from "./journal/lines.ts";
import type { FailedCall, JournalRecord, SucceededCall } from "./journal/record.ts";
import type { PlacedPrompt } from "./prompts.ts";
import type { RecordedFile } from "./write-recorded.ts";

/** Those of an exported table, then those of a call. Data set, split and model stand in the path. */
const columns = {
  index: "INTEGER",
  prompt: "VARCHAR",
  status: "VARCHAR",
  score: "DOUBLE",
  cost: "DOUBLE",
  prompt_tokens: "DOUBLE",
  completion_tokens: "DOUBLE",
  latency_s: "DOUBLE",
  prediction: "VARCHAR",
  origin_query: "VARCHAR",
  ground_truth: "VARCHAR",
  raw_output: "VARCHAR",
  sample: "INTEGER",
  first_token_s: "DOUBLE",
  finish_reason: "VARCHAR",
  requested_model: "VARCHAR",
  served_model: "VARCHAR",
  cost_source: "VARCHAR",
  failure: "VARCHAR",
  attempts: "INTEGER",
  cached: "BOOLEAN",
  asked_at: "VARCHAR",
} as const satisfies ParquetColumns;

type Row = Partial<Record<keyof typeof columns, ParquetCell>>;

/**
 * Writes the last outcome of every call below `root`, each file whole or not at all.
 * @throws WriteError
 */
export async function writeSnapshot(root: string, journal: string, files: Iterable<RecordedFile>): Promise<void> {
  const counting = await countingRecords(journal);
  try {
    await withDuckDb(async (connection) => {
      for (const file of files) {
        if (!counting.hasAny(file.calls())) continue;
        const folder = partitionFolder(root, file);
        await makeFolder(folder);
        await writeParquet(connection, join(folder, "part-0.parquet"), columns, rowsOf(file, counting));
      }
    });
  } finally {
    await counting.close();
  }
}

async function* rowsOf({ calls }: RecordedFile, counting: CountingRecords): AsyncGenerator<ParquetCell[]> {
  for (const { key, prompt } of calls()) {
    const record = await counting.of(key);
    if (record === undefined) continue;
    const row = rowOf(record, prompt);
    yield Object.keys(columns).map((name) => row[name as keyof typeof columns] ?? null);
  }
}

/** Each row in one piece: V8 keeps copies of spread objects alive far longer than a row is needed. */
function rowOf(record: JournalRecord, { text, query = text, groundTruth = "" }: PlacedPrompt): Row {
  const { index, sample, requestedModel, attempts, at } = record;
  const isFailed = record.status === "fail";
  return {
    index,
    sample,
    prompt: text,
    origin_query: query,
    ground_truth: groundTruth,
    prediction: "",
    requested_model: requestedModel,
    attempts,
    asked_at: at,
    status: isFailed ? "failed" : "unscored",
    cached: !isFailed && record.cached,
    ...(isFailed ? failureCells(record) : answerCells(record)),
  };
}

function failureCells({ reason, failure }: FailedCall): Row {
  return { raw_output: `Generation failed: ${reason}`, failure };
}

function answerCells({ completion, costUsd, costSource }: SucceededCall): Row {
  return {
    raw_output: completion.text,
    cost: known(costUsd),
    cost_source: costSource,
    prompt_tokens: known(completion.usage?.inputTokens),
    completion_tokens: known(completion.usage?.outputTokens),
    latency_s: known(completion.latencyMs / 1000),
    first_token_s: known(completion.firstTokenMs / 1000),
    finish_reason: completion.finishReason,
    served_model: completion.servedModel,
  };
}

function known(value = NaN): number | null {
  return Number.isNaN(value) ? null : value;
}
