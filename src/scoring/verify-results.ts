/** Every number of stored results computed again: the totals of each file, and the scores that say how they were made. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { throwIfAborted } from "../core/errors.ts";
import type { Answered, Evaluator } from "../core/evaluator.ts";
import type { Sandbox } from "../core/sandbox.ts";
import { findDataset } from "../datasets/registry.ts";
import { chosenResultFiles } from "../store/chosen-result-files.ts";
import { readyScorer } from "./score-answer.ts";
import { scoreAnswers } from "./score-answers.ts";
import { readResultJson } from "./result-json.ts";
import type { ResultJson } from "./result-json.ts";
import { scoringNote } from "./scoring-note.ts";
import type { ScoringNote } from "./scoring-note.ts";
import { answersBasis, fieldsOf, storedAnswer } from "./stored-answer.ts";
import type { StoredAnswer, StoredRecord } from "./stored-answer.ts";

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
  /** scores taken as stored */
  readonly taken: number;
  /** why they were, with how many of each, most first */
  readonly notRecomputed: readonly { readonly why: string; readonly count: number }[];
  readonly mismatches: readonly Mismatch[];
}

export interface VerifyOptions {
  /** where names of data sets are looked up: the built-in ones when left out */
  readonly datasets?: readonly DatasetDefinition[] | undefined;
  /** runs programs again; without one their scores are taken as stored */
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Numbers are written with six digits by some; sums of many differ by rounding. */
const tolerance = 1e-6;

/** @throws DataError for a file that cannot be read. */
export async function verifyResults(root: string, options: VerifyOptions = {}): Promise<VerifiedResults> {
  const { signal, onProgress } = options;
  const reasons = new Map<string, number>();
  const paths = await chosenResultFiles(root);
  const mismatches: Mismatch[] = [];
  let [files, records, rescored, otherwise] = [0, 0, 0, 0];
  for (const [done, { path, absolute }] of paths.entries()) {
    throwIfAborted(signal, "verifying");
    onProgress?.(done, paths.length);
    const file = await readResultJson(path, absolute);
    if (!file) continue;
    const scores = await scoresAgain(file, options);
    for (const why of scores.taken) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    mismatches.push(...wrongTotals(file), ...scores.mismatches);
    files++;
    records += file.records.length;
    rescored += scores.rescored;
    otherwise += scores.otherwise;
  }
  onProgress?.(paths.length, paths.length);
  const notRecomputed = [...reasons].map(([why, count]) => ({ why, count })).toSorted((a, b) => b.count - a.count);
  return { files, records, rescored, otherwise, taken: records - rescored, notRecomputed, mismatches };
}

const amounts = ["prompt_tokens", "completion_tokens", "cost"] as const;

/** A total that the head does not give is none; null says that no record has a value, and 0 does not. */
function wrongTotals({ path, head, records }: ResultJson): Mismatch[] {
  const scores = numbers(records, "score");
  const sums = amounts.map((what) => {
    const known = numbers(records, what);
    return [what, known.length === 0 ? NaN : sum(known)] as const;
  });
  const computed: Readonly<Record<string, number>> = {
    counts: records.length,
    performance: scores.length === 0 ? NaN : sum(scores) / scores.length,
    ...Object.fromEntries(sums),
  };
  const totals = Object.entries(computed).flatMap(([what, value]) => wrongTotal(path, what, head[what], value));
  const left = Object.entries(fieldsOf(head["records_without"])).flatMap(([what, count]) =>
    wrongTotal(path, `records without ${what}`, count, records.length - numbers(records, what).length),
  );
  return [...totals, ...left];
}

function wrongTotal(where: string, what: string, stored: unknown, computed: number): Mismatch[] {
  if (typeof stored !== "number" && stored !== null) return [];
  if (same(stored ?? NaN, computed)) return [];
  return [{ where, what, stored, computed: orNull(computed) }];
}

interface ScoresAgain {
  readonly rescored: number;
  readonly otherwise: number;
  /** why each of the others was not */
  readonly taken: readonly string[];
  readonly mismatches: readonly Mismatch[];
}

async function scoresAgain(file: ResultJson, { datasets, sandbox, signal }: VerifyOptions): Promise<ScoresAgain> {
  const dataset = findDataset(file.dataset, datasets);
  if (!dataset)
    return {
      rescored: 0,
      otherwise: 0,
      taken: file.records.map(() => "no data set is known by the name"),
      mismatches: [],
    };
  const predictions = file.records.some(({ prediction }) => typeof prediction === "string" && prediction !== "");
  const basis = answersBasis(file.records, predictions);
  const taken: string[] = [];
  const again: Again[] = [];
  for (const record of file.records) {
    const note = scoringNote(record);
    const stored = storedAnswer(record, basis);
    const why = stored
      ? reasonNot(dataset, stored, { note, sandbox })
      : "the call failed, or its answer was not stored";
    if (why !== undefined || !stored) taken.push(why ?? "");
    else again.push({ record, note, answered: stored.answered });
  }
  return { taken, ...(await compared(file, dataset, again, { sandbox, signal })) };
}

interface Again {
  readonly record: StoredRecord;
  readonly note: ScoringNote | undefined;
  readonly answered: Answered;
}

async function compared(
  file: ResultJson,
  dataset: DatasetDefinition,
  again: readonly Again[],
  tools: Pick<VerifyOptions, "sandbox" | "signal">,
): Promise<Omit<ScoresAgain, "taken">> {
  const mismatches: Mismatch[] = [];
  let otherwise = 0;
  for (const rule of ["own", "compat"] as const) {
    const scored = again.filter(({ note }) => (note?.rule ?? "own") === rule);
    const answers = scored.map(({ answered }) => answered);
    // oxlint-disable-next-line no-await-in-loop -- two, one after the other
    const results = await scoreAnswers(dataset, answers, { ...tools, rule });
    for (const [i, { record, note }] of scored.entries()) {
      const computed = results[i]?.score ?? NaN;
      const stored = typeof record.score === "number" ? record.score : NaN;
      if (same(stored, computed)) continue;
      if (!note) otherwise++;
      else {
        const where = `${file.path}, index ${String(record.index)}`;
        mismatches.push({ where, what: "score", stored: orNull(stored), computed: orNull(computed) });
      }
    }
  }
  return { rescored: again.length, otherwise, mismatches };
}

interface Means {
  readonly note: ScoringNote | undefined;
  readonly sandbox: Sandbox | undefined;
}

/** Why a score is not computed again; undefined: it can be, by the same version where the record names one. */
function reasonNot(
  dataset: DatasetDefinition,
  { answered, basis }: StoredAnswer,
  { note, sandbox }: Means,
): string | undefined {
  const { evaluator } = readyScorer(dataset, dataset.key?.(answered) ?? answered);
  const { needs } = evaluator;
  if (needs.includes("judge") || hasVerdicts(note)) return "a judge's verdict is not asked for again";
  if (needs.includes("harness")) return "an official harness scored it, and is not run again";
  if (needs.includes("sandbox") && !sandbox) return "programs are run again only with --sandbox";
  if (needs.length > 0 && basis === "prediction") return "the program was not stored";
  return note && madeOtherwise(evaluator, note);
}

/** Where a judge helped out only with some answers, the note tells which. */
const hasVerdicts = (note: ScoringNote | undefined): boolean => (note?.verdicts ?? []).length > 0;

function madeOtherwise({ name, version }: Evaluator, note: ScoringNote): string | undefined {
  if (name !== note.evaluator) return "another family of scorers made it";
  if (version === note.version) return undefined;
  return "another version of its scorer made it: signalbox score brings it up to date";
}

function numbers(records: readonly StoredRecord[], field: string): number[] {
  return records.map((record) => record[field]).filter((value) => typeof value === "number");
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function same(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}
