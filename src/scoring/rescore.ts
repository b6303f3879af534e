/** A folder of results scored anew: every newest file, its new version beside it, and what changed in classes. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatasetDefinition } from "../core/dataset.ts";
import { throwIfAborted } from "../core/errors.ts";
import type { ScoreStatus, ScoringNeed, ScoringTools } from "../core/evaluator.ts";
import { findDataset } from "../datasets/registry.ts";
import { evaluatorByName } from "../evaluators/registry.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { chosenResultFiles } from "../store/chosen-result-files.ts";
import type { ChosenResultFile } from "../store/chosen-result-files.ts";
import { carriedGrades } from "./carried-grades.ts";
import type { CarriedGrades } from "./carried-grades.ts";
import type { DifferenceKind } from "./difference.ts";
import { rescoreFile } from "./rescore-file.ts";
import type { RescoredFile } from "./rescore-file.ts";
import type { RescoredRecord } from "./rescored-record.ts";
import { nextVersion, readResultJson } from "./result-json.ts";
import type { ResultJson } from "./result-json.ts";
import { resultVersion } from "./result-version.ts";
import { neededTool } from "./needed-tool.ts";
import type { ScoringRule } from "./score-answer.ts";
import { overSamples } from "./over-samples.ts";
import type { RunOverSamples, ScoredSample } from "./over-samples.ts";
import type { SetFigure } from "./set-metrics/set-figure.ts";
import type { ScoreAnswersOptions } from "./score-answers.ts";

export interface RescoreOptions extends ScoringTools, Pick<ScoreAnswersOptions, "concurrency"> {
  readonly rule: ScoringRule;
  /** where names of data sets are looked up: the built-in ones when left out */
  readonly datasets?: readonly DatasetDefinition[] | undefined;
  /** only these data sets, by the name in the results or the name of the set */
  readonly only?: readonly string[] | undefined;
  /** instead of the data set's own */
  readonly evaluator?: string | undefined;
  /** where the new versions go, instead of beside the old */
  readonly output?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** The clock: names the new versions. */
  readonly now: () => Date;
  readonly onProgress?: ((done: number, total: number, path: string) => void) | undefined;
  /** told of the answers of one file, where a judge is asked: that takes its time */
  readonly onAnswers?: ((done: number, total: number) => void) | undefined;
}

export interface DifferenceClass {
  readonly kind: DifferenceKind;
  readonly why: string;
  readonly count: number;
  readonly datasets: readonly string[];
  readonly models: readonly string[];
  readonly examples: readonly DifferenceExample[];
}

export interface DifferenceExample {
  readonly path: string;
  readonly index: unknown;
  readonly truth: unknown;
  readonly before: { readonly score: unknown; readonly prediction: unknown };
  readonly after: { readonly status: ScoreStatus; readonly score: number | null; readonly prediction: string };
  readonly detail?: string;
  /** the end of the answer, where it is stored */
  readonly answerEnd: string;
}

export interface RescoredRun {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  /** of several answers to each prompt those of this number, from 0 */
  readonly sample: number;
  readonly scoredBy: string;
  readonly records: number;
  readonly kept: number;
  /** scores that stay because the harness could not grade their answers (see `statuses`) */
  readonly scoresKept: number;
  /** unchanged answers whose grade came from a version of before they were collected again */
  readonly carried: number;
  readonly byPrediction: number;
  readonly changed: number;
  /** mean of the scores; null = none */
  readonly before: number | null;
  readonly after: number | null;
  readonly statuses: Readonly<Partial<Record<ScoreStatus, number>>>;
  /** of the first answer that could not be graded, by no fault of its own; absent = none */
  readonly ungradedWhy?: string;
  /** accuracy and the set's own figures, with intervals */
  readonly figures: readonly SetFigure[];
  /** USD spent on judges in this run; null = not known */
  readonly evaluationCostUsd: number | null;
  readonly written?: string;
}

export interface RescoreReport {
  readonly runs: readonly RescoredRun[];
  /** runs that answered each prompt several times, all answers together */
  readonly overSamples: readonly RunOverSamples[];
  readonly classes: readonly DifferenceClass[];
  /** names of data sets that are none of ours, left as they are */
  readonly unknown: readonly string[];
  /** data sets left as they are, for want of a tool that was not given */
  readonly left: readonly LeftDataset[];
}

export interface LeftDataset {
  readonly dataset: string;
  readonly needs: ScoringNeed;
  readonly files: number;
  /** answers without a score */
  readonly unscored: number;
}

/**
 * Reads, scores and writes one file at a time, each whole or not at all: what is stopped goes on where it was when run again,
 * for a file that has its new version has nothing to change.
 * @throws UsageError for an unknown evaluator; DataError for a file that cannot be read; WriteError.
 */
export async function rescore(root: string, options: RescoreOptions): Promise<RescoreReport> {
  if (options.evaluator !== undefined) evaluatorByName(options.evaluator);
  const files = await chosenResultFiles(root);
  const gathered: Gathered = { runs: [], samples: [], classes: new Map(), unknown: new Set(), left: new Map() };
  for (const [done, place] of files.entries()) {
    throwIfAborted(options.signal, "scoring");
    options.onProgress?.(done, files.length, place.path);
    await rescorePlace(place, options, gathered);
  }
  options.onProgress?.(files.length, files.length, "");
  const { runs, samples, classes, unknown, left } = gathered;
  return {
    runs,
    overSamples: overSamples(samples),
    classes: [...classes.values()].toSorted((a, b) => b.count - a.count),
    unknown: [...unknown],
    left: [...left.values()],
  };
}

interface Gathered {
  readonly runs: RescoredRun[];
  readonly samples: ScoredSample[];
  readonly classes: Map<string, DifferenceClass>;
  readonly unknown: Set<string>;
  readonly left: Map<string, LeftDataset>;
}

async function rescorePlace(place: ChosenResultFile, options: RescoreOptions, gathered: Gathered): Promise<void> {
  const read = await readWithGrades(place);
  if (!read || !isWanted(read.file.dataset, options)) return;
  const { file, carried } = read;
  const dataset = scoredAs(file.dataset, options);
  const needs = dataset && neededTool(dataset, options);
  if (!dataset) gathered.unknown.add(file.dataset);
  if (needs) addLeft(gathered.left, file, needs);
  if (!dataset || needs) {
    await writeVersion(read, place, options);
    return;
  }
  const { judge, sandbox, encoder, signal, rule, concurrency = 8, onAnswers: onProgress } = options;
  const tools = { judge, sandbox, encoder, signal, rule, concurrency, ...(judge && { onProgress }) };
  const rescored = await rescoreFile(file, dataset, tools);
  const written = await writeVersion(read, place, options, rescored.content);
  gathered.runs.push(runOf(rescored, dataset, { carried, written }));
  const { split, model } = file;
  if (place.isOneOfSeveral) gathered.samples.push({ dataset: file.dataset, split, model, answers: rescored.answers });
  for (const record of rescored.records) addTo(gathered.classes, rescored, record);
}

/** The file, its unchanged answers with the grades they had before it was collected again. */
async function readWithGrades({ path, absolute, stale }: ChosenResultFile): Promise<CarriedGrades | undefined> {
  const file = await readResultJson(path, absolute);
  const [newest] = stale;
  const before = file && newest && (await readResultJson(newest.path, newest.absolute));
  return file && (before ? carriedGrades(file, before) : { file, carried: 0 });
}

function addLeft(left: Map<string, LeftDataset>, { dataset, records }: ResultJson, needs: ScoringNeed): void {
  const before = left.get(dataset);
  const unscored = records.filter(({ score }) => typeof score !== "number").length;
  left.set(dataset, {
    dataset,
    needs,
    files: (before?.files ?? 0) + 1,
    unscored: (before?.unscored ?? 0) + unscored,
  });
}

function isWanted(name: string, { only, datasets }: RescoreOptions): boolean {
  if (only === undefined || only.includes(name)) return true;
  const dataset = findDataset(name, datasets);
  return dataset !== undefined && only.some((wanted) => findDataset(wanted, datasets) === dataset);
}

const replaced = new Map<string, DatasetDefinition>();

/** The set with another family's scorer; a name that is no set of ours can be scored too when the family is given. */
function scoredAs(name: string, { evaluator, datasets }: RescoreOptions): DatasetDefinition | undefined {
  const dataset = findDataset(name, datasets);
  if (evaluator === undefined) return dataset;
  const key = `${dataset?.id ?? name}|${evaluator}`;
  let found = replaced.get(key);
  if (!found) {
    found = { ...(dataset ?? { id: name }), scorer: { evaluator } } as DatasetDefinition;
    replaced.set(key, found);
  }
  return found;
}

/** Beside the old only what differs from it; into another folder every file, so that the two can be compared. */
async function writeVersion(
  { file, carried }: CarriedGrades,
  { latestStamp }: ChosenResultFile,
  { output, dryRun, now }: RescoreOptions,
  changed?: object,
): Promise<string | undefined> {
  const isDue = changed !== undefined || carried > 0 || output !== undefined;
  if (!isDue || dryRun) return undefined;
  const target = nextVersion(file, { now: now(), latestStamp, output });
  if (output !== undefined) await mkdir(dirname(target), { recursive: true });
  await writeFileAtomic(target, `${JSON.stringify(changed ?? resultVersion(file, file.records))}\n`);
  return target;
}

function runOf(
  { file, records, kept, scoresKept, byPrediction, evaluationCostUsd, figures }: RescoredFile,
  dataset: DatasetDefinition,
  { carried, written }: { readonly carried: number; readonly written: string | undefined },
): RescoredRun {
  const statuses: Partial<Record<ScoreStatus, number>> = {};
  for (const { result } of records) if (result) statuses[result.status] = (statuses[result.status] ?? 0) + 1;
  const ungradedWhy = records.find(({ result }) => Number.isNaN(result?.score))?.result?.detail;
  return {
    dataset: file.dataset,
    split: file.split,
    model: file.model,
    sample: file.sample,
    scoredBy: dataset.id,
    records: records.length,
    kept,
    scoresKept,
    carried,
    byPrediction,
    changed: records.filter(({ difference }) => difference !== undefined).length,
    before: meanOf(records.map(({ before }) => before.score)),
    after: meanOf(records.map(({ before, result, keepsScore }) => (keepsScore ? before : (result ?? before)).score)),
    statuses,
    ...(ungradedWhy !== undefined && { ungradedWhy }),
    figures,
    evaluationCostUsd: Number.isNaN(evaluationCostUsd) ? null : evaluationCostUsd,
    ...(written !== undefined && { written }),
  };
}

function meanOf(scores: readonly unknown[]): number | null {
  const known = scores.filter((score): score is number => typeof score === "number" && !Number.isNaN(score));
  return known.length === 0 ? null : known.reduce((sum, score) => sum + score, 0) / known.length;
}

const examplesKept = 3;

function addTo(classes: Map<string, DifferenceClass>, { file }: RescoredFile, record: RescoredRecord): void {
  const { difference } = record;
  if (!difference) return;
  const key = `${difference.kind}|${difference.why}`;
  const before = classes.get(key);
  const examples = before?.examples ?? [];
  classes.set(key, {
    ...difference,
    count: (before?.count ?? 0) + 1,
    datasets: withName(before?.datasets, file.dataset),
    models: withName(before?.models, file.model),
    examples: examples.length < examplesKept ? [...examples, exampleOf(file.path, record)] : examples,
  });
}

const withName = (names: readonly string[] = [], name: string): readonly string[] =>
  names.includes(name) ? names : [...names, name];

function exampleOf(path: string, { before, result }: RescoredRecord): DifferenceExample {
  const output = typeof before.raw_output === "string" ? before.raw_output : "";
  return {
    path,
    index: before.index,
    truth: before.ground_truth,
    before: { score: before.score ?? null, prediction: before.prediction ?? null },
    after: {
      status: result?.status ?? "scored",
      score: result && !Number.isNaN(result.score) ? result.score : null,
      prediction: result?.prediction ?? "",
    },
    ...(result?.detail !== undefined && { detail: result.detail }),
    answerEnd: output.slice(-160),
  };
}
