/**
 * The evaluator contract: what a model said and what was right in, a score out. One evaluator per family of questions
 * (choice letter, exact label, maths, code, judge …); a data set names its family and the family's options.
 *
 *     score(answered, options, tools)  → ScoreResult     deterministic; never throws on any text; no file, network, clock
 *     compat(answered, options, tools) → ScoreResult     the rule of LLMRouterBench, to reproduce its released scores
 *
 * What reaches outside (a judge, a sandbox) comes in as a tool. A score is 0 … 1, or NaN when nothing could be graded:
 * then it is the harness that failed, not the model, and the answer is counted apart and asked for again, never as 0.
 */
import type { z } from "zod";
import type { Encoder } from "./encoder.ts";
import type { Judge } from "./judge.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * `scored`: graded. The next three score 0, by the model's fault: `no-answer`: says nothing that could be the answer;
 * `unparseable`: the answer cannot be read as what was asked for; `limit`: too long, too deep or too slow to grade.
 * The others score NaN: `generation-error`: the call failed; `judge-error`: no usable verdict; `sandbox-error`: the
 * sandbox failed; `unsupported`: a tool or package is absent here; `data-error`: the key or the record is unusable.
 */
export const scoreStatuses = [
  "scored",
  "no-answer",
  "unparseable",
  "limit",
  "generation-error",
  "judge-error",
  "sandbox-error",
  "unsupported",
  "data-error",
] as const;
export type ScoreStatus = (typeof scoreStatuses)[number];

/** What a judge said, for the record. */
export interface JudgeVerdict {
  /** id and version of the judge prompt */
  readonly prompt: string;
  /** the model that says it answered */
  readonly model: string;
  /** its beginning and its end, where it is long */
  readonly reply: string;
}

/** The grade of one answer; made by the functions of score-result.ts. */
export interface ScoreResult {
  readonly status: ScoreStatus;
  /** 0 … 1; NaN for the statuses that grade nothing */
  readonly score: number;
  /** what was read out of the response, in the key's own spelling where it has one; "" when nothing was */
  readonly prediction: string;
  /** one clause for people: why this grade */
  readonly detail?: string;
  /** sub-scores by name, each 0 … 1 or NaN: share of tests passed, steps right, the judge's confidence … */
  readonly parts?: Readonly<Record<string, number>>;
  /** USD spent on grading (judges); absent = none, NaN = not known */
  readonly costUsd?: number;
  readonly verdicts?: readonly JudgeVerdict[];
}

/** One option of a multiple-choice question. */
export interface Choice {
  readonly letter: string;
  readonly text: string;
}

/** An answer to be graded. */
export interface Answered {
  /** the model's text as it came, reasoning included */
  readonly response: string;
  /** the key as the data set's `key` gives it: mostly a text, grids for ARC-AGI; null when it is in `record` */
  readonly truth: unknown;
  /** the fields of the row that grading needs, by the source's names (`Item.record`) */
  readonly record: Readonly<Record<string, unknown>>;
  /** the options that were shown, where they are known */
  readonly choices?: readonly Choice[] | undefined;
}

/** What an evaluator may be given to reach outside. */
export interface ScoringTools {
  readonly judge?: Judge | undefined;
  readonly sandbox?: Sandbox | undefined;
  readonly encoder?: Encoder | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `harness`: the official tool of a benchmark, whose report is what is scored. */
export type ScoringNeed = "judge" | "sandbox" | "encoder" | "harness";

type Rule<Options> = (answered: Answered, options: Options, tools: ScoringTools) => ScoreResult | Promise<ScoreResult>;

export interface Evaluator<Options extends object = any> {
  /** the family's name, kebab-case, unique */
  readonly name: string;
  /** Raised by every change that can change a score; stands in every scored record. */
  readonly version: number;
  /** One sentence for people. */
  readonly summary: string;
  /** Tools without which nothing can be graded (status `unsupported`). */
  readonly needs: readonly ScoringNeed[];
  readonly options: z.ZodType<Options>;
  /** A plain value, not a promise, wherever no tool is used: most answers are scored by the hundred thousand. */
  readonly score: Rule<Options>;
  /** The reference's own rule, without its execution of model text; absent where it equals ours. */
  readonly compat?: Rule<Options>;
}

/** Fills the defaults of an evaluator and keeps its option types together. */
export function defineEvaluator<Options extends object>(
  definition: Omit<Evaluator<Options>, "needs" | "version"> & {
    readonly needs?: readonly ScoringNeed[];
    readonly version?: number;
  },
): Evaluator<Options> {
  return { needs: [], version: 1, ...definition };
}
