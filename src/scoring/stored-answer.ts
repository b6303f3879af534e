/** What a stored record says that can be scored anew, without the data set it came from. */
import { failureText } from "../core/failure-text.ts";
import type { Answered, Choice } from "../core/evaluator.ts";
import { shownChoices } from "./shown-choices.ts";

/** A record as its file holds it; only what is named here is looked at, all the rest is kept. */
export interface StoredRecord {
  readonly index?: unknown;
  readonly prompt?: unknown;
  readonly score?: unknown;
  readonly prediction?: unknown;
  readonly ground_truth?: unknown;
  readonly raw_output?: unknown;
  readonly extra_fields?: unknown;
  readonly [field: string]: unknown;
}

/** `answer`: the model's own text; `prediction`: what an earlier scorer read out of it, where the text was not kept. */
export type AnswerBasis = "answer" | "prediction";

export interface StoredAnswer {
  readonly answered: Answered;
  readonly basis: AnswerBasis;
}

/** What a file's records hold of the answers, all together. */
export interface AnswersBasis {
  /** whether a stored prediction may be scored in place of an answer that was not kept */
  readonly predictions: boolean;
  /** whether the answers were kept, so that an empty one is what the model said */
  readonly answers: boolean;
}

export function answersBasis(records: readonly StoredRecord[], predictions: boolean): AnswersBasis {
  const answers = records.some(({ raw_output: output }) => textOf(output) !== "" && !failureText(output));
  return { predictions, answers };
}

/** undefined: the call failed, or nothing that the model said was kept. */
export function storedAnswer(stored: StoredRecord, basisOf: AnswersBasis): StoredAnswer | undefined {
  const output = textOf(stored.raw_output);
  if (failureText(output)) return undefined;
  const prediction = textOf(stored.prediction);
  if (output === "" && prediction === "" && isEmptyAnswer(stored, basisOf)) return answerOf(stored, "", "answer");
  if (output === "" && !basisOf.predictions) return undefined;
  // An answer that could not be read was scored 0; without a score it was never scored, and an empty text is no answer to it.
  if (output === "" && prediction === "" && typeof stored.score !== "number") return undefined;
  return output === "" ? answerOf(stored, prediction, "prediction") : answerOf(stored, output, "answer");
}

/** The model was paid and said nothing: its tokens went into thinking, or it stopped at once. */
function isEmptyAnswer(
  { raw_output: output, extra_fields: extra, ...record }: StoredRecord,
  basis: AnswersBasis,
): boolean {
  if (output !== "") return false;
  const { finish_reason: ending } = fieldsOf(extra);
  const tokens = record["completion_tokens"];
  return (typeof ending === "string" && ending !== "") || (basis.answers && typeof tokens === "number" && tokens > 0);
}

function answerOf(stored: StoredRecord, response: string, basis: AnswerBasis): StoredAnswer {
  const extra = fieldsOf(stored.extra_fields);
  const record = fieldsOf(extra["record"]);
  const choices = choicesOf(stored);
  const truth = stored.ground_truth ?? null;
  const answered = { response, truth, record };
  return { answered: hasKey(choices, truth) ? { ...answered, choices } : answered, basis };
}

/** Every model was shown the same prompts. */
const known = new Map<string, Choice[]>();
const mostKnown = 20_000;

function choicesOf({ prompt }: StoredRecord): Choice[] {
  if (typeof prompt !== "string") return [];
  let choices = known.get(prompt);
  if (!choices) {
    if (known.size >= mostKnown) known.clear();
    known.set(prompt, (choices = shownChoices(prompt)));
  }
  return choices;
}

/** Lettered lines that do not hold the key are something else: a list in the question, worked examples. */
function hasKey(choices: readonly Choice[], truth: unknown): boolean {
  return typeof truth === "string" && choices.some(({ letter }) => letter === truth.trim().toUpperCase());
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
