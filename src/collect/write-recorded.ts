/**
 * Result files from a journal: one per data set, split and model, with who served each answer. Collected files are a function
 * of the answers alone: the same answers give the same bytes, whoever asked, when, and however long it took. What differs from
 * run to run (time of asking, latency, attempts) stays in the journal and its snapshot. A hosted router is recorded with the
 * time of each answer, because its days are told apart.
 */
import { writeResultFile } from "../store/write-result-file.ts";
import type { ResultFile, ResultRecord } from "../store/write-result-file.ts";
import type { JournalRecord } from "./journal/record.ts";
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
  const textOf = new Map(prompts.map((prompt) => [placeKey(prompt), prompt.text]));
  const byFile = new Map<string, JournalRecord[]>();
  for (const record of latest.values()) {
    const file = JSON.stringify([record.dataset, record.split, record.model]);
    byFile.set(file, [...(byFile.get(file) ?? []), record]);
  }
  const files = [...byFile.values()].map((records) => fileOf(records, textOf, kind));
  const paths: string[] = [];
  // oxlint-disable-next-line no-await-in-loop -- few files, one after the other
  for (const file of files) paths.push(await writeResultFile(output, file));
  return paths;
}

function fileOf(
  records: readonly JournalRecord[],
  textOf: ReadonlyMap<string, string>,
  kind: RecordedKind,
): ResultFile {
  const sorted = records.toSorted((a, b) => a.index - b.index || a.sample - b.sample);
  const { dataset = "", split = "", model = "" } = sorted[0] ?? {};
  const at = sorted.reduce((last, record) => (record.at > last ? record.at : last), "");
  const lines = sorted.map((record) => resultRecord(record, textOf.get(placeKey(record)) ?? "", kind));
  return { dataset, split, model, stamp: kind === "moments" ? stampOf(at) : nominalStamp, records: lines };
}

function placeKey({ dataset, split, index }: Pick<PlacedPrompt, "dataset" | "split" | "index">): string {
  return JSON.stringify([dataset, split, index]);
}

/** "2026-11-24T12:34:56.789Z" → "20261124_123456" */
function stampOf(at: string): string {
  return at.slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
}

function resultRecord(record: JournalRecord, prompt: string, kind: RecordedKind): ResultRecord {
  const common = { index: record.index, origin_query: prompt, prompt, score: null, prediction: "", ground_truth: "" };
  const asked = { requested_model: record.requestedModel, ...(kind === "moments" && { asked_at: record.at }) };
  if (record.status === "fail") {
    const nothing = { prompt_tokens: 0, completion_tokens: 0, cost: 0 };
    return { ...common, ...nothing, raw_output: `Generation failed: ${record.reason}`, ...asked };
  }
  const { text, usage, servedModel, finishReason, latencyMs } = record.completion;
  return {
    ...common,
    prompt_tokens: numberOrNull(usage?.inputTokens),
    completion_tokens: numberOrNull(usage?.outputTokens),
    cost: numberOrNull(record.costUsd),
    raw_output: text,
    ...asked,
    served_model: servedModel,
    extra_fields: { ...(kind === "moments" && { latency_s: latencyMs / 1000 }), finish_reason: finishReason },
  };
}

function numberOrNull(value = NaN): number | null {
  return Number.isNaN(value) ? null : value;
}
