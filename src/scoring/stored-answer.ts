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

/** undefined: the call failed, or nothing that the model said was kept. */
export function storedAnswer(
  stored: StoredRecord,
  { predictions }: { readonly predictions: boolean },
): StoredAnswer | undefined {
  const output = textOf(stored.raw_output);
  if (failureText(output)) return undefined;
  const prediction = textOf(stored.prediction);
  if (output === "" && !predictions) return undefined;
  // An answer that could not be read was scored 0; without a score it was never scored, and an empty text is no answer to it.
  if (output === "" && prediction === "" && typeof stored.score !== "number") return undefined;
  const basis = output === "" ? "prediction" : "answer";
  const extra = fieldsOf(stored.extra_fields);
  const record = fieldsOf(extra["record"]);
  const choices = choicesOf(stored);
  const truth = stored.ground_truth ?? null;
  const answered = { response: basis === "answer" ? output : prediction, truth, record };
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

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
