/** One record of a result file, checked and reduced to what the table keeps. The layout is LLMRouterBench's. */
import { DataError } from "../core/errors.ts";
import { failureText } from "../core/failure-text.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { CellStatus } from "../core/outcome-table.ts";

export interface RecordFields {
  readonly index: number;
  readonly prompt: string;
  readonly originQuery: string;
  readonly prediction: string;
  readonly groundTruth: string;
  /** unknown fields and `extra_fields` as JSON text, "" when there are none */
  readonly extra: string;
  readonly status: CellStatus;
  /** the score that counts: 0 when failed, NaN when unscored */
  readonly score: number;
  /** the score as recorded, NaN when null */
  readonly recordedScore: number;
  readonly costUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly latencySeconds: number;
}

const known = new Set([
  "index",
  "origin_query",
  "prompt",
  "prompt_tokens",
  "completion_tokens",
  "cost",
  "score",
  "prediction",
  "ground_truth",
  "raw_output",
  "extra_fields",
]);

/**
 * The fields of the record at `position` (from 1, counted in `unit`s) of `file`.
 * @throws DataError naming file, position and index when a field cannot be what it claims.
 */
export function recordFields(raw: unknown, position: number, file: string, unit = "record"): RecordFields {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw fault(
      { file, unit, position },
      `record is ${shown(raw)}, not an object`,
      "Remove the record or write it again.",
    );
  }
  const record = raw as Readonly<Record<string, unknown>>;
  const place = { file, unit, position, index: indexOf(record["index"], { file, unit, position }) };
  const recordedScore = scoreOf(record["score"], place);
  const costUsd = amount(record["cost"], "cost", place);
  const promptTokens = amount(record["prompt_tokens"], "prompt_tokens", place);
  const completionTokens = amount(record["completion_tokens"], "completion_tokens", place);
  const free = costUsd === 0 && promptTokens === 0 && completionTokens === 0;
  const status = statusOf(recordedScore, free || failureText(record["raw_output"]));
  return {
    index: place.index,
    prompt: promptOf(record["prompt"], place),
    originQuery: text(record["origin_query"]),
    prediction: text(record["prediction"]),
    groundTruth: text(record["ground_truth"]),
    extra: extraOf(record),
    status,
    score: status === cellStatus.failed ? 0 : recordedScore,
    recordedScore,
    costUsd,
    promptTokens,
    completionTokens,
    latencySeconds: latencyOf(record["extra_fields"]),
  };
}

/** Any JSON value as text: strings as they are, null and absent as "". */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function statusOf(recordedScore: number, failed: boolean): CellStatus {
  if (failed) return cellStatus.failed;
  return Number.isNaN(recordedScore) ? cellStatus.unscored : cellStatus.scored;
}

interface Place {
  readonly file: string;
  readonly unit: string;
  readonly position: number;
  readonly index?: number;
}

function fault({ file, unit, position, index }: Place, problem: string, mend: string): DataError {
  const at = index === undefined ? "" : ` (index ${index})`;
  return new DataError({ problem, where: `${file}, ${unit} ${position}${at}`, mend });
}

function indexOf(value: unknown, place: Place): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value;
  const problem =
    value === undefined ? "record has no index" : `index is ${shown(value)}, must be a whole number from 1`;
  throw fault(place, problem, "Number the records by their position in the data set, the same in every model's file.");
}

function scoreOf(value: unknown, place: Place): number {
  if (value === null) return NaN;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  const problem = value === undefined ? "record has no score" : `score is ${shown(value)}, must be from 0 to 1 or null`;
  throw fault(place, problem, "Rescore the record; write fractions, not per cent, and null where there is no score.");
}

function amount(value: unknown, field: string, place: Place): number {
  if (value === undefined || value === null) return NaN;
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw fault(place, `${field} is ${shown(value)}, must be 0 or more`, `Correct ${field}, or leave it out if unknown.`);
}

function promptOf(value: unknown, place: Place): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  const problem = value === undefined ? "record has no prompt" : `prompt is ${shown(value)}, must be a text`;
  throw fault(place, problem, "Write the text that was sent to the model.");
}

function latencyOf(extra: unknown): number {
  if (typeof extra !== "object" || extra === null || !("latency_s" in extra)) return NaN;
  const seconds = extra.latency_s;
  return typeof seconds === "number" && seconds >= 0 && seconds < Infinity ? seconds : NaN;
}

function extraOf(record: Readonly<Record<string, unknown>>): string {
  let kept: Record<string, unknown> | undefined;
  for (const name in record) {
    if (!known.has(name)) (kept ??= {})[name] = record[name];
  }
  const extra = record["extra_fields"];
  if (extra !== undefined && extra !== null) (kept ??= {})["extra_fields"] = extra;
  return kept ? JSON.stringify(kept) : "";
}

function shown(value: unknown): string {
  const json = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "absent");
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
