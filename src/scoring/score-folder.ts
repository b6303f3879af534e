/**
 * Scores the stored answers of a results folder with one scorer, asking nobody, and writes them as result files in another
 * folder. What cannot be graded keeps a score of null, and a call that failed stays a failed call.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Scorer } from "../core/dataset.ts";
import { DataError, throwIfAborted } from "../core/errors.ts";
import { scoreStatuses } from "../core/evaluator.ts";
import type { Answered, Choice, ScoreResult, ScoreStatus, ScoringTools } from "../core/evaluator.ts";
import { issueWords } from "../core/issue-words.ts";
import { listJsonFiles } from "../store/list-files.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import type { ResultRecord } from "../store/write-result-file.ts";
import { readyScorer, scoreAnswer } from "./score-answer.ts";

export interface FolderScored {
  readonly files: readonly string[];
  /** answers by status */
  readonly counts: Readonly<Record<ScoreStatus, number>>;
}

const recordSchema = z.looseObject({
  index: z.int(),
  ground_truth: z.unknown(),
  raw_output: z.string(),
  extra_fields: z.looseObject({ record: z.record(z.string(), z.unknown()).optional() }).optional(),
});
const fileSchema = z.object({
  dataset_name: z.string(),
  split: z.string(),
  model_name: z.string(),
  records: z.array(recordSchema),
});

/** In the name of what was scored, so that scoring again replaces it. */
const nominalStamp = "20000101_000000";

/** @throws DataError for a file that holds no answers; UsageError for options the evaluator does not know. */
export async function scoreFolder(
  input: string,
  output: string,
  scorer: Scorer,
  tools: ScoringTools = {},
): Promise<FolderScored> {
  const counts = Object.fromEntries(scoreStatuses.map((status) => [status, 0])) as Record<ScoreStatus, number>;
  const files: string[] = [];
  for (const { absolute } of listJsonFiles(input).files) {
    throwIfAborted(tools.signal, "scoring");
    // oxlint-disable-next-line no-await-in-loop -- one file after the other bounds the memory
    const file = await readAnswers(absolute);
    const records: ResultRecord[] = [];
    for (const record of file.records) {
      const answered = answeredOf(record);
      const subject = { id: file.dataset_name, scorer };
      // oxlint-disable-next-line no-await-in-loop -- a tool, where one is used, is asked one thing after the other
      const result = await scoreAnswer(subject, answered, tools);
      counts[result.status]++;
      const { name, version } = readyScorer(subject, answered).evaluator;
      records.push(scored(record, result, `${name}@${version}`));
    }
    const place = { dataset: file.dataset_name, split: file.split, model: file.model_name, stamp: nominalStamp };
    // oxlint-disable-next-line no-await-in-loop
    files.push(await writeResultFile(output, { ...place, records }));
  }
  return { files, counts };
}

async function readAnswers(path: string): Promise<z.infer<typeof fileSchema>> {
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join(".") ?? ""} ${issueWords(issue)}`;
  throw new DataError({ problem, where: path, mend: "Give a folder of collected answers." });
}

type Stored = z.infer<typeof recordSchema>;

function answeredOf({ raw_output: response, ground_truth: truth, extra_fields: extra }: Stored): Answered {
  const record = extra?.record ?? {};
  return { response, truth, record, choices: choicesOf(record["choices"]) };
}

/** Options as a prompt file has them: texts, which are A, B, C, … in their order. */
function choicesOf(value: unknown): readonly Choice[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 26) return undefined;
  return value.map((text: unknown, place) => ({ letter: String.fromCodePoint(65 + place), text: String(text) }));
}

function scored(record: Stored, { status, score, prediction, detail }: ScoreResult, scorer: string): ResultRecord {
  return {
    ...(record as unknown as ResultRecord),
    score: Number.isNaN(score) ? null : score,
    prediction,
    extra_fields: { ...record.extra_fields, scorer, score_status: status, ...(detail !== undefined && { detail }) },
  };
}
