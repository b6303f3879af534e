/**
 * Result files from a journal: one per data set, split and model, with who served each answer and what was expected. Collected files are a function
 * of the answers alone: the same answers give the same bytes, whoever asked, when, and however long it took. What differs from
 * run to run (time of asking, latency, attempts) stays in the journal and its snapshot. A hosted router is recorded with the
 * time of each answer, because its days are told apart.
 */
import { writeResultFile } from "../store/write-result-file.ts";
import type { ResultRecord } from "../store/write-result-file.ts";
import { countingRecords } from "./journal/lines.ts";
import type { CountingRecords } from "./journal/lines.ts";
import type { FailedCall, JournalRecord, SucceededCall } from "./journal/record.ts";
import type { PlacedPrompt } from "./prompts.ts";

/** `moments`: with the time and latency of each answer, and the last one's time in the file's name. */
export type RecordedKind = "answers" | "moments";

/** In the name of the first sample's file, and so for ever: the layout wants a time, and no time is the answers'. */
const nominalMs = Date.UTC(2000, 0, 1);

/** A later run replaces the file. Further samples are named a second earlier each: other readers take the latest, so the first counts. */
function nominalStamp(sample = 0): string {
  return stampOf(new Date(nominalMs - 1000 * sample).toISOString());
}

/** The calls of one result file, in its order; gone through more than once. */
export interface RecordedFile {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  /** of several answers to each prompt those of this number, from 0 */
  readonly sample?: number | undefined;
  readonly calls: () => Iterable<RecordedCall>;
}

export interface RecordedCall {
  readonly key: string;
  readonly prompt: PlacedPrompt;
  readonly sample?: number | undefined;
}

/**
 * Writes the last outcome of every call; answered ones win over failures. A file none of whose calls has an outcome is not
 * written. Records are read from the journal one by one, so a file may be larger than memory.
 * @returns the paths written
 */
export async function writeRecorded(
  output: string,
  journal: string,
  files: Iterable<RecordedFile>,
  kind: RecordedKind,
): Promise<string[]> {
  const counting = await countingRecords(journal);
  try {
    const paths: string[] = [];
    for (const { dataset, split, model, sample, calls } of files) {
      const records = (): AsyncGenerator<ResultRecord> => resultRecords(calls(), counting, kind);
      // oxlint-disable-next-line no-await-in-loop -- one file after the other bounds the memory
      const stamp = kind === "answers" ? nominalStamp(sample) : await lastStamp(records());
      // oxlint-disable-next-line no-await-in-loop
      if (counting.hasAny(calls()))
        paths.push(await writeResultFile(output, { dataset, split, model, sample, stamp, records }));
    }
    return paths;
  } finally {
    await counting.close();
  }
}

async function* resultRecords(
  calls: ReturnType<RecordedFile["calls"]>,
  counting: CountingRecords,
  kind: RecordedKind,
): AsyncGenerator<ResultRecord> {
  for (const { key, prompt } of calls) {
    // oxlint-disable-next-line no-await-in-loop -- mostly from the page just read
    const record = await counting.of(key);
    if (record) yield resultRecord(record, prompt, kind);
  }
}

/** The time of the last call, as it stands in a file's name. */
async function lastStamp(records: AsyncIterable<ResultRecord>): Promise<string> {
  let last = "";
  for await (const { asked_at: at = "" } of records) if (at > last) last = at;
  return stampOf(last);
}

/** "2026-11-24T12:34:56.789Z" → "20261124_123456" */
function stampOf(at: string): string {
  return at.slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
}

function resultRecord(record: JournalRecord, asked: PlacedPrompt, kind: RecordedKind): ResultRecord {
  const { text: prompt, query = prompt, groundTruth = "", record: item, promptVersion } = asked;
  const carried = {
    ...(promptVersion !== undefined && { prompt_version: promptVersion }),
    ...(item && { record: item }),
  };
  return {
    index: record.index,
    origin_query: query,
    prompt,
    score: null,
    prediction: "",
    ground_truth: groundTruth,
    requested_model: record.requestedModel,
    ...(kind === "moments" && { asked_at: record.at }),
    // Last, here and below: V8 keeps copies of objects that begin with a spread alive far longer than they are needed.
    ...(record.status === "fail" ? failed(record, carried) : answered(record, kind, carried)),
  };
}

type OutcomeFields = Pick<
  ResultRecord,
  "prompt_tokens" | "completion_tokens" | "cost" | "raw_output" | "served_model" | "extra_fields"
>;
type Carried = Readonly<Record<string, unknown>>;

/** What a failed call was billed is not known; null keeps it from passing for a free answer. */
function failed({ failure, httpStatus, reason }: FailedCall, carried: Carried): OutcomeFields {
  return {
    prompt_tokens: null,
    completion_tokens: null,
    cost: null,
    raw_output: `Generation failed: ${reason}`,
    extra_fields: { failure, http_status: numberOrNull(httpStatus), ...carried },
  };
}

function answered(record: SucceededCall, kind: RecordedKind, carried: Carried): OutcomeFields {
  const { usage, text, servedModel } = record.completion;
  return {
    prompt_tokens: numberOrNull(usage?.inputTokens),
    completion_tokens: numberOrNull(usage?.outputTokens),
    cost: numberOrNull(record.costUsd),
    raw_output: text,
    served_model: servedModel,
    extra_fields: callFacts(record, kind, carried),
  };
}

function callFacts(
  { completion, costSource }: SucceededCall,
  kind: RecordedKind,
  carried: Carried,
): Record<string, unknown> {
  const { latencyMs, finishReason, usageSource, reportedCostUsd } = completion;
  const moment = kind === "moments" && { latency_s: latencyMs / 1000 };
  // The second column of cost: what was paid in fact, beside what the model costs by its price.
  const bill = !Number.isNaN(reportedCostUsd) && costSource !== "billed" && { billed_cost: reportedCostUsd };
  const counted = usageSource === "counted" && { usage_source: usageSource };
  return { finish_reason: finishReason, cost_source: costSource, ...moment, ...bill, ...counted, ...carried };
}

function numberOrNull(value = NaN): number | null {
  return Number.isNaN(value) ? null : value;
}
