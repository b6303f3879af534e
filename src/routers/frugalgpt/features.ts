/**
 * What FrugalGPT's scorer reads off a question and an answer: how promising the model is on the question, and what the
 * answer looks like. Never the evaluator's verdict, nor the expected answer.
 */
import { canonicalAnswer } from "../answer-text.ts";

export interface Answered {
  readonly prompt: string;
  readonly text: string;
  /** NaN when not counted */
  readonly completionTokens: number;
  /** log odds, from the question alone, that the model is right */
  readonly promise: number;
}

/** The names of the numbers, in order: what to plot and to say. */
export const featureNames = [
  "promise",
  "log tokens",
  "tokens unknown",
  "empty",
  "log characters",
  "digits share",
  "letters share",
  "number",
  "one letter",
  "yes",
  "no",
  "refusal",
  "hedge words",
  "boxed",
  "repeated 8-grams",
  "questions",
  "in the prompt",
  "log prompt characters",
] as const;

const refusal = /\b(i (cannot|can't|can not|am unable|'m unable)|i'm sorry|as an ai|unable to (answer|help|assist))\b/i;
const hedges =
  /\b(maybe|perhaps|probably|possibly|not sure|unsure|i think|i guess|might|unclear|don't know|do not know)\b/gi;
const largestPromise = 10;
const gram = 8;

/** The numbers of one answer. [features] `isVerdict`: the text is no answer at all. */
export function answerFeatures(answered: Answered, isVerdict: boolean): Float64Array {
  const { prompt, completionTokens } = answered;
  const text = isVerdict ? "" : answered.text.trim();
  const answer = canonicalAnswer(text);
  const words = text.split(/\s+/).filter(Boolean);
  const hasTokens = completionTokens > 0;
  return Float64Array.of(
    Math.max(-largestPromise, Math.min(largestPromise, answered.promise)),
    hasTokens ? Math.log1p(completionTokens) : 0,
    flag(!hasTokens),
    flag(answer === ""),
    Math.log1p(text.length),
    share(text, /\d/g),
    share(text, /\p{L}/gu),
    flag(/^[-+]?[\d.]+$/.test(answer)),
    flag(/^[a-z]$/.test(answer)),
    flag(/^yes\b/.test(answer)),
    flag(/^no\b/.test(answer)),
    flag(refusal.test(text)),
    (text.match(hedges)?.length ?? 0) / Math.max(1, Math.sqrt(words.length)),
    flag(text.includes("\\boxed")),
    repeatedShare(words),
    flag(text.includes("?")),
    flag(answer.length > 1 && prompt.toLowerCase().includes(answer)),
    Math.log1p(prompt.length),
  );
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}

function share(text: string, pattern: RegExp): number {
  return text.length === 0 ? 0 : (text.match(pattern)?.length ?? 0) / text.length;
}

/** Share of the runs of eight words that stood there before: a model that loops. */
function repeatedShare(words: readonly string[]): number {
  const total = words.length - gram + 1;
  if (total <= 0) return 0;
  const seen = new Set<string>();
  for (let w = 0; w < total; w++) seen.add(words.slice(w, w + gram).join(" "));
  return 1 - seen.size / total;
}
