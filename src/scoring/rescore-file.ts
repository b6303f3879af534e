/** One result file scored anew from the answers it holds. */
import type { DatasetDefinition } from "../core/dataset.ts";
import type { JudgeVerdict, ScoreResult, ScoreStatus } from "../core/evaluator.ts";
import { sum } from "../math/stats.ts";
import { differenceOf } from "./difference.ts";
import type { Difference } from "./difference.ts";
import type { ResultJson } from "./result-json.ts";
import { readyScorer } from "./score-answer.ts";
import type { ScoringRule } from "./score-answer.ts";
import { scoreAnswers } from "./score-answers.ts";
import type { ScoreAnswersOptions } from "./score-answers.ts";
import { fieldsOf, storedAnswer } from "./stored-answer.ts";
import type { AnswerBasis, StoredRecord } from "./stored-answer.ts";

/** What a record says of how it was scored, under `extra_fields.scoring`. */
export interface ScoringNote {
  readonly evaluator: string;
  readonly version: number;
  readonly rule: ScoringRule;
  readonly status: ScoreStatus;
  readonly basis: AnswerBasis;
  /** the score before this one; null = none */
  readonly before: number | null;
  readonly detail?: string;
  readonly parts?: Readonly<Record<string, number | null>>;
  /** the judge that was asked, what it was asked by, what it said, and what that took in this run, USD; null = not known */
  readonly judge?: string;
  readonly verdicts?: readonly JudgeVerdict[];
  readonly costUsd?: number | null;
}

export interface RescoredRecord {
  readonly before: StoredRecord;
  /** undefined: kept as it was: a failed call, or nothing stored to score */
  readonly result?: ScoreResult;
  readonly difference?: Difference;
}

export interface RescoredFile {
  readonly file: ResultJson;
  readonly records: readonly RescoredRecord[];
  readonly kept: number;
  readonly byPrediction: number;
  /** USD spent on judges; NaN = not known */
  readonly evaluationCostUsd: number;
  /** the file with the new scores, to be written; undefined when no score or prediction changed */
  readonly content?: object;
}

/** Scores every stored answer. The file itself is not touched. */
export async function rescoreFile(
  file: ResultJson,
  dataset: DatasetDefinition,
  tools: ScoreAnswersOptions & { readonly rule: ScoringRule },
): Promise<RescoredFile> {
  const predictions = mayScorePredictions(file, dataset);
  const stored = file.records.map((record) => storedAnswer(record, { predictions }));
  const answers = stored.flatMap((one) => (one ? [one.answered] : []));
  const results = (await scoreAnswers(dataset, answers, tools)).values();
  const records = file.records.map((before, i): RescoredRecord => {
    const result = stored[i] && results.next().value;
    if (!result) return { before };
    const difference = differenceOf(before, result);
    return difference ? { before, result, difference } : { before, result };
  });
  const changed = records.some(({ difference }) => difference !== undefined);
  return {
    file,
    records,
    kept: stored.filter((one) => one === undefined).length,
    byPrediction: stored.filter((one) => one?.basis === "prediction").length,
    evaluationCostUsd: sum(records.map(({ result }) => result?.costUsd ?? 0)),
    ...(changed && {
      content: contentOf(file, dataset, { records, stored, rule: tools.rule, judge: tools.judge?.name }),
    }),
  };
}

/** A bare prediction says what a letter or number scorer reads; a program or an essay cannot be judged by it. */
function mayScorePredictions({ records }: ResultJson, dataset: DatasetDefinition): boolean {
  const { evaluator } = readyScorer(dataset, { response: "", truth: null, record: {} });
  const some = records.some(({ prediction }) => typeof prediction === "string" && prediction !== "");
  return some && evaluator.needs.length === 0;
}

interface Scored {
  readonly records: readonly RescoredRecord[];
  readonly stored: readonly ReturnType<typeof storedAnswer>[];
  readonly rule: ScoringRule;
  readonly judge: string | undefined;
}

function contentOf(
  { head, path }: ResultJson,
  dataset: DatasetDefinition,
  { records, stored, rule, judge }: Scored,
): object {
  const written = records.map(({ before, result }, i) => {
    const one = stored[i];
    if (!result || !one) return before;
    const { evaluator } = readyScorer(dataset, dataset.key?.(one.answered) ?? one.answered);
    const scoring: ScoringNote = {
      evaluator: evaluator.name,
      version: evaluator.version,
      rule,
      status: result.status,
      basis: one.basis,
      before: typeof before.score === "number" ? before.score : null,
      ...(result.detail !== undefined && { detail: result.detail }),
      ...(result.parts && { parts: partsOf(result.parts) }),
      ...judgingOf(result, judge),
    };
    const score = orNull(result.score);
    const extra_fields = { ...fieldsOf(before.extra_fields), scoring };
    return { ...before, score, prediction: result.prediction, extra_fields };
  });
  const scores = written.map(({ score }) => score).filter((score) => typeof score === "number");
  const performance = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  // Not part of "cost", which is the model's.
  const evaluation = records.some(({ result }) => result?.verdicts) && {
    evaluation: { judge, costUsd: orNull(sum(records.map(({ result }) => result?.costUsd ?? 0))) },
  };
  return { ...head, performance, scored_from: path.split("/").at(-1), ...evaluation, records: written };
}

function judgingOf({ verdicts, costUsd }: ScoreResult, judge: string | undefined): Partial<ScoringNote> {
  if (!verdicts) return {};
  return { ...(judge !== undefined && { judge }), verdicts, costUsd: orNull(costUsd ?? 0) };
}

const orNull = (score: number): number | null => (Number.isNaN(score) ? null : score);

function partsOf(parts: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, orNull(part)]));
}
