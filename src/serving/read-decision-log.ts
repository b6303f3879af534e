/** Decision logs read again, with the files of them that were put aside; decisions, calls to named models, and what each was worth. */
import { DataError } from "../core/errors.ts";
import { rotatedFiles } from "../store/line-log.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";
import { wholeLines } from "../store/whole-lines.ts";
import { logLineSchema } from "./decision-record.ts";
import type { DecisionRecord, DriftRecord, FeedbackRecord, NamedRecord, Outcome } from "./decision-record.ts";

/** NaN = no score was given. */
interface Scored {
  readonly score: number;
}

export interface LoggedDecision extends DecisionRecord, Scored {}

/** What was answered, whoever chose the model. */
export type LoggedAnswer = Outcome & Scored;

/** What became of the scores in it. */
export interface FeedbackCounts {
  readonly lines: number;
  /** their request id is that of no call in these files: it is wrong, or the call's file is missing */
  readonly unmatched: number;
  /** said by another key than the call's own, and not taken for its score */
  readonly otherKey: number;
}

export interface DecisionLog {
  /** in their order */
  readonly decisions: readonly LoggedDecision[];
  /** calls to models that clients named */
  readonly named: readonly LoggedAnswer[];
  readonly feedback: FeedbackCounts;
  /** alarms for queries unlike the training prompts, raised and lowered */
  readonly alarms: readonly DriftRecord[];
  /** where a line stands that is none: a crash tears some */
  readonly odd: readonly string[];
}

/**
 * Reads several as one; of several scores for one request the last counts, in whichever of them it stands.
 * @throws UsageError for a file that is not there; DataError for one whose lines are all of another kind
 */
export async function readDecisionLog(paths: readonly string[], signal?: AbortSignal): Promise<DecisionLog> {
  const decisions: DecisionRecord[] = [];
  const named: NamedRecord[] = [];
  const alarms: DriftRecord[] = [];
  const feedback: FeedbackRecord[] = [];
  const odd: string[] = [];
  const keep = (line: DecisionRecord | NamedRecord | DriftRecord): void => {
    if (line.kind === "decision") decisions.push(line);
    else if (line.kind === "named") named.push(line);
    else alarms.push(line);
  };
  for (const path of paths) {
    let known = 0;
    const before = odd.length;
    // oxlint-disable-next-line no-await-in-loop -- in their order: the last score counts
    for await (const { where, line } of linesOf(path)) {
      signal?.throwIfAborted();
      const parsed = logLineSchema.safeParse(parsedJson(line)).data;
      if (parsed) known++;
      if (parsed === undefined) odd.push(where);
      else if (parsed.kind === "feedback") feedback.push(parsed);
      else keep(parsed);
    }
    if (known === 0 && odd.length > before) throw noLog(path);
  }
  const { scores, counts } = scoresOf(feedback, [...decisions, ...named]);
  const scored = <Line extends Outcome>(line: Line): Line & Scored => ({
    ...line,
    score: scores.get(line.requestId) ?? NaN,
  });
  return { decisions: decisions.map(scored), named: named.map(scored), feedback: counts, alarms, odd };
}

/** The score of each call, by its request id. A key scores its own calls; without a key is who keeps the file. */
function scoresOf(
  feedback: readonly FeedbackRecord[],
  calls: readonly Outcome[],
): { readonly scores: ReadonlyMap<string, number>; readonly counts: FeedbackCounts } {
  const owners = new Map(calls.map(({ requestId, call }) => [requestId, call?.key]));
  const scores = new Map<string, number>();
  let [unmatched, otherKey] = [0, 0];
  for (const { requestId, score, key } of feedback) {
    const owner = owners.get(requestId);
    if (!owners.has(requestId)) unmatched++;
    else if (key !== undefined && owner !== undefined && key !== owner) otherKey++;
    else scores.set(requestId, score);
  }
  return { scores, counts: { lines: feedback.length, unmatched, otherKey } };
}

async function* linesOf(path: string): AsyncGenerator<{ readonly where: string; readonly line: string }> {
  try {
    for (const file of [...(await rotatedFiles(path)), path])
      for await (const { bytes, number } of wholeLines(file))
        if (bytes.length > 0) yield { where: `${file}:${number}`, line: bytes.toString("utf8") };
  } catch (error) {
    if (isNotThere(error)) throw noSuchPath(path, "Give the decision log.");
    throw error;
  }
}

function noLog(path: string): DataError {
  const mend = "Give the file of gateway.log, or one that decisionRecord made the lines of.";
  return new DataError({ problem: "no line is one of a decision log", where: path, mend });
}

/** Undefined for what is no JSON: the schema says that it is no line. */
function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
