/** Every number of stored results computed again: the totals of each file, and the scores that say how they were made. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { throwIfAborted } from "../core/errors.ts";
import type { Answered } from "../core/evaluator.ts";
import { findDataset } from "../datasets/registry.ts";
import { chosenResultFiles } from "../store/chosen-result-files.ts";
import { readyScorer } from "./score-answer.ts";
import { scoreAnswers } from "./score-answers.ts";
import { readResultJson } from "./result-json.ts";
import type { ResultJson } from "./result-json.ts";
import { scoringNote } from "./scoring-note.ts";
import type { ScoringNote } from "./scoring-note.ts";
import { answersBasis, storedAnswer } from "./stored-answer.ts";
import type { StoredRecord } from "./stored-answer.ts";

/** A number that does not come out. */
export interface Mismatch {
  /** file, and record where it is one's */
  readonly where: string;
  readonly what: string;
  readonly stored: number | null;
  readonly computed: number | null;
}

export interface VerifiedResults {
  readonly files: number;
  readonly records: number;
  /** scores computed again from the stored answers or predictions */
  readonly rescored: number;
  /** of these, scores that our rule gives otherwise, but that do not say that they were made by it: `score` shows them */
  readonly otherwise: number;
  /** scores of data sets we do not know, of calls that failed, or made with a judge, a sandbox or another version */
  readonly taken: number;
  readonly mismatches: readonly Mismatch[];
}

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Numbers are written with six digits by some; sums of many differ by rounding. */
const tolerance = 1e-6;

/** @throws DataError for a file that cannot be read. */
export async function verifyResults(
  root: string,
  { signal, onProgress }: VerifyOptions = {},
): Promise<VerifiedResults> {
  const paths = await chosenResultFiles(root);
  const mismatches: Mismatch[] = [];
  let [files, records, rescored, otherwise] = [0, 0, 0, 0];
  for (const [done, { path, absolute }] of paths.entries()) {
    throwIfAborted(signal, "verifying");
    onProgress?.(done, paths.length);
    const file = await readResultJson(path, absolute);
    if (!file) continue;
    const scores = await scoresAgain(file, signal);
    mismatches.push(...wrongTotals(file), ...scores.mismatches);
    files++;
    records += file.records.length;
    rescored += scores.rescored;
    otherwise += scores.otherwise;
  }
  onProgress?.(paths.length, paths.length);
  return { files, records, rescored, otherwise, taken: records - rescored, mismatches };
}

function wrongTotals({ path, head, records }: ResultJson): Mismatch[] {
  const scores = numbers(records, "score");
  const computed: Readonly<Record<string, number>> = {
    counts: records.length,
    performance: scores.length === 0 ? NaN : sum(scores) / scores.length,
    prompt_tokens: sum(numbers(records, "prompt_tokens")),
    completion_tokens: sum(numbers(records, "completion_tokens")),
    cost: sum(numbers(records, "cost")),
  };
  return Object.entries(computed).flatMap(([what, value]) => {
    const stored = head[what];
    if (typeof stored !== "number" || same(stored, value)) return [];
    return [{ where: path, what, stored, computed: orNull(value) }];
  });
}

interface ScoresAgain {
  readonly rescored: number;
  readonly otherwise: number;
  readonly mismatches: readonly Mismatch[];
}

async function scoresAgain(file: ResultJson, signal: AbortSignal | undefined): Promise<ScoresAgain> {
  const dataset = findDataset(file.dataset);
  const mismatches: Mismatch[] = [];
  let [rescored, otherwise] = [0, 0];
  if (!dataset) return { rescored, otherwise, mismatches };
  const predictions = file.records.some(({ prediction }) => typeof prediction === "string" && prediction !== "");
  const basis = answersBasis(file.records, predictions);
  for (const record of file.records) {
    const note = scoringNote(record);
    const stored = storedAnswer(record, basis);
    if (!stored || !canScore(dataset, stored.answered, note)) continue;
    const [result] = await scoreAnswers(dataset, [stored.answered], { rule: note?.rule ?? "own", signal });
    rescored++;
    const before = typeof record.score === "number" ? record.score : NaN;
    if (!result || same(before, result.score)) continue;
    if (!note) otherwise++;
    else {
      const where = `${file.path}, index ${String(record.index)}`;
      mismatches.push({ where, what: "score", stored: orNull(before), computed: orNull(result.score) });
    }
  }
  return { rescored, otherwise, mismatches };
}

/** Without a tool, and by the same version where the record names one. */
function canScore(dataset: DatasetDefinition, answered: Answered, note: ScoringNote | undefined): boolean {
  const { evaluator } = readyScorer(dataset, dataset.key?.(answered) ?? answered);
  if (evaluator.needs.length > 0) return false;
  return note === undefined || (evaluator.name === note.evaluator && evaluator.version === note.version);
}

function numbers(records: readonly StoredRecord[], field: string): number[] {
  return records.map((record) => record[field]).filter((value) => typeof value === "number");
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function same(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}
