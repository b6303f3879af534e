/**
 * Result files from a journal: one per data set, split and model, with who served each answer and what was expected. Collected files are a function
 * of the answers alone: the same answers give the same bytes, whoever asked, when, and however long it took. What differs from
 * run to run (time of asking, latency, attempts) stays in the journal and its snapshot. A hosted router is recorded with the
 * time of each answer, because its days are told apart.
 */
import { writeResultFile } from "../store/write-result-file.ts";
import type { ResultFile, ResultRecord } from "../store/write-result-file.ts";
import type { JournalRecord, SucceededCall } from "./journal/record.ts";
import { journalRecords } from "./journal/scan.ts";
import type { PlacedPrompt } from "./prompts.ts";

/** `moments`: with the time and latency of each answer, and the last one's time in the file's name. */
export type RecordedKind = "answers" | "moments";

/** In the name of every file of answers, so that a later run replaces it: the layout wants a time, and no time is the answers'. */
const nominalStamp = "20000101_000000";

/**
 * Writes the last outcome of every planned call; answered ones win over failures.
 * @returns the paths written
 */
export async function writeRecorded(
  output: string,
  journal: string,
  prompts: readonly PlacedPrompt[],
  plannedKeys: ReadonlySet<string>,
  kind: RecordedKind,
): Promise<string[]> {
  const latest = new Map<string, JournalRecord>();
  for await (const record of journalRecords(journal)) {
    if (plannedKeys.has(record.key) && latest.get(record.key)?.status !== "done") latest.set(record.key, record);
  }
  const promptOf = new Map(prompts.map((prompt) => [placeKey(prompt), prompt]));
  const byFile = new Map<string, JournalRecord[]>();
  for (const record of latest.values()) {
    const file = JSON.stringify([record.dataset, record.split, record.model]);
    byFile.set(file, [...(byFile.get(file) ?? []), record]);
  }
  const files = [...byFile.values()].map((records) => fileOf(records, promptOf, kind));
  const paths: string[] = [];
  // oxlint-disable-next-line no-await-in-loop -- few files, one after the other
  for (const file of files) paths.push(await writeResultFile(output, file));
  return paths;
}

function fileOf(
  records: readonly JournalRecord[],
  promptOf: ReadonlyMap<string, PlacedPrompt>,
  kind: RecordedKind,
): ResultFile {
  const sorted = records.toSorted((a, b) => a.index - b.index || a.sample - b.sample);
  const { dataset = "", split = "", model = "" } = sorted[0] ?? {};
  const at = sorted.reduce((last, record) => (record.at > last ? record.at : last), "");
  const lines = sorted.map((record) => resultRecord(record, promptOf.get(placeKey(record)), kind));
  return { dataset, split, model, stamp: kind === "moments" ? stampOf(at) : nominalStamp, records: lines };
}

function placeKey({ dataset, split, index }: Pick<PlacedPrompt, "dataset" | "split" | "index">): string {
  return JSON.stringify([dataset, split, index]);
}

/** "2026-11-24T12:34:56.789Z" → "20261124_123456" */
function stampOf(at: string): string {
  return at.slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
}

function resultRecord(record: JournalRecord, asked: PlacedPrompt | undefined, kind: RecordedKind): ResultRecord {
  const { text: prompt = "", query = prompt, groundTruth = "", record: item } = asked ?? {};
  const common = {
    index: record.index,
    origin_query: query,
    prompt,
    score: null,
    prediction: "",
    ground_truth: groundTruth,
    requested_model: record.requestedModel,
    ...(kind === "moments" && { asked_at: record.at }),
  };
  const carried = item && { record: item };
  if (record.status === "fail") {
    // What a failed call was billed is not known; null keeps it from passing for a free answer.
    const nothing = { prompt_tokens: null, completion_tokens: null, cost: null };
    const { failure, httpStatus, reason } = record;
    const why = { failure, http_status: numberOrNull(httpStatus), ...carried };
    return { ...common, ...nothing, raw_output: `Generation failed: ${reason}`, extra_fields: why };
  }
  return { ...common, ...answered(record), extra_fields: { ...callFacts(record, kind), ...carried } };
}

type AnsweredFields = Pick<
  ResultRecord,
  "prompt_tokens" | "completion_tokens" | "cost" | "raw_output" | "served_model"
>;

function answered({ completion: { text, usage, servedModel }, costUsd }: SucceededCall): AnsweredFields {
  return {
    prompt_tokens: numberOrNull(usage?.inputTokens),
    completion_tokens: numberOrNull(usage?.outputTokens),
    cost: numberOrNull(costUsd),
    raw_output: text,
    served_model: servedModel,
  };
}

function callFacts({ completion, costSource }: SucceededCall, kind: RecordedKind): Record<string, unknown> {
  const { latencyMs, finishReason } = completion;
  const moment = kind === "moments" && { latency_s: latencyMs / 1000 };
  return { ...moment, finish_reason: finishReason, cost_source: costSource };
}

function numberOrNull(value = NaN): number | null {
  return Number.isNaN(value) ? null : value;
}
