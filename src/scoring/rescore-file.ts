/** One result file scored anew from the answers it holds. */
import type { DatasetDefinition } from "../core/dataset.ts";
import type { ScoreResult, ScoreStatus } from "../core/evaluator.ts";
import { sum } from "../math/stats.ts";
import { differenceOf } from "./difference.ts";
import type { ResultJson } from "./result-json.ts";
import { resultVersion } from "./result-version.ts";
import { readyScorer } from "./score-answer.ts";
import type { ScoringRule } from "./score-answer.ts";
import { scoreAnswers } from "./score-answers.ts";
import type { ScoreAnswersOptions } from "./score-answers.ts";
import { scoringNote } from "./scoring-note.ts";
import type { ScoringNote } from "./scoring-note.ts";
import { measureSet } from "./set-metrics/measure-set.ts";
import type { ScoredAnswer } from "./set-metrics/scored-answer.ts";
import { scoredAnswers } from "./set-metrics/scored-answers.ts";
import type { SetFigure } from "./set-metrics/set-figure.ts";
import { answersBasis, fieldsOf, storedAnswer } from "./stored-answer.ts";
import type { StoredRecord } from "./stored-answer.ts";
import type { RescoredRecord } from "./rescored-record.ts";

export interface RescoredFile {
  readonly file: ResultJson;
  readonly records: readonly RescoredRecord[];
  /** failed calls, and records without anything to score */
  readonly kept: number;
  /** scores that stay because the harness could not grade their answers */
  readonly scoresKept: number;
  readonly byPrediction: number;
  /** USD spent on judges; NaN = not known */
  readonly evaluationCostUsd: number;
  /** as the figures see them */
  readonly answers: readonly ScoredAnswer[];
  /** of the whole file, new scores and those that stay */
  readonly figures: readonly SetFigure[];
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
  const basis = answersBasis(file.records, predictions);
  const stored = file.records.map((record) => storedAnswer(record, basis));
  const given = stored.flatMap((one) => (one ? [one.answered] : []));
  const results = (await scoreAnswers(dataset, given, tools)).values();
  const records = file.records.map((before, i): RescoredRecord => {
    const result = stored[i] && results.next().value;
    if (!result) return { before };
    if (keepsScore(before, result)) return { before, result, keepsScore: true };
    const difference = differenceOf(before, result);
    return difference ? { before, result, difference } : { before, result };
  });
  const answers = scoredAnswers(records, stored, dataset);
  const changed = records.some(({ difference }) => difference !== undefined);
  return {
    file,
    records,
    kept: stored.filter((one) => one === undefined).length,
    scoresKept: records.filter((record) => record.keepsScore).length,
    byPrediction: stored.filter((one) => one?.basis === "prediction").length,
    answers,
    figures: measureSet(answers, dataset.metrics ?? []),
    evaluationCostUsd: sum(records.map(({ result }) => result?.costUsd ?? 0)),
    ...(changed && {
      content: contentOf(file, dataset, { records, stored, rule: tools.rule, judge: tools.judge?.name }),
    }),
  };
}

const toolStatuses: ReadonlySet<ScoreStatus> = new Set(["unsupported", "sandbox-error", "judge-error"]);

/**
 * A tool that is absent or down takes no score away. Nor does a record that lacks what is graded by, where the score is the
 * source's own: its harness had the tests that it did not hand on. Our own score is taken back when its key proves unusable.
 */
function keepsScore(before: StoredRecord, { status }: ScoreResult): boolean {
  if (typeof before.score !== "number") return false;
  return toolStatuses.has(status) || (status === "data-error" && scoringNote(before) === undefined);
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

function contentOf(file: ResultJson, dataset: DatasetDefinition, { records, stored, rule, judge }: Scored): object {
  const written = records.map(({ before, result, keepsScore: isKept }, i): StoredRecord => {
    const one = stored[i];
    if (!result || !one || isKept) return before;
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
  // Not part of "cost", which is the model's.
  const evaluation = records.some(({ result }) => result?.verdicts) && {
    evaluation: { judge, costUsd: orNull(sum(records.map(({ result }) => result?.costUsd ?? 0))) },
  };
  return resultVersion(file, written, { ...evaluation });
}

function judgingOf({ verdicts, costUsd }: ScoreResult, judge: string | undefined): Partial<ScoringNote> {
  if (!verdicts) return {};
  return { ...(judge !== undefined && { judge }), verdicts, costUsd: orNull(costUsd ?? 0) };
}

const orNull = (score: number): number | null => (Number.isNaN(score) ? null : score);

function partsOf(parts: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, orNull(part)]));
}
