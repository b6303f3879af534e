/**
 * An exact label: an option in brackets, an integer, a verdict (true, yes, valid …), a sequence of brackets, a list of
 * words, or any other word. The key tells the kind; no mathematics is done on labels.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { outermostLastBox, referenceEqual, referenceLine } from "./maths/reference-maths.ts";
import { beforeNextQuestion } from "./text/before-next-question.ts";
import { labelKind } from "./text/label-kind.ts";
import type { LabelKind } from "./text/label-kind.ts";
import { letterQuestion } from "./text/letter-question.ts";
import type { LetterQuestion } from "./text/letter-question.ts";
import { readLabel } from "./text/read-label.ts";
import { answerPlaces, lastLinePlace, searchAnswer } from "./text/search-answer.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

export const label = defineEvaluator({
  name: "label",
  summary: "An exact label (option, integer, verdict, brackets, word list or word), read by the kind of the key.",
  options: z.strictObject({}),

  score(answered) {
    const { truth, response } = answered;
    if (typeof truth !== "string" || truth.trim() === "") {
      return ungraded("data-error", `the key is ${JSON.stringify(truth) ?? "absent"}, not a label`);
    }
    const visible = visibleText(response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const key = labelKind(truth);
    const question = questionOf(answered);
    const { letter: said, marked, segment } = beforeNextQuestion(visible, (text) => find(text, key, question));
    if (said !== undefined) return graded(agrees(said, key), said);
    if (!marked) return failedAnswer("no-answer", `names no ${key.kind}`);
    return failedAnswer("unparseable", `"${segment.slice(0, 60)}" is no ${key.kind}`);
  },

  /** The reference grades words and brackets by its rule for mathematics. */
  compat({ response, truth }) {
    const prediction = referenceLabel(response);
    return graded(prediction !== "" && referenceEqual(prediction, keyText(truth)), prediction);
  },
});

function referenceLabel(response: string): string {
  const isShort = response.length <= 10 && !response.includes("Answer") && !response.includes("box");
  return isShort ? response.trimStart() : (outermostLastBox(response) ?? referenceLine(response));
}

interface Found {
  readonly letter: string | undefined;
  readonly marked: boolean;
  readonly segment: string;
}

function find(text: string, key: LabelKind, question: LetterQuestion): Found {
  const read = (segment: string, rest: string): string | undefined => readLabel(segment, rest, key, question);
  const found = searchAnswer(text, answerPlaces, ({ segment, end }) => read(segment, text.slice(end + 1)));
  if (found.read !== undefined) return { letter: found.read, marked: true, segment: "" };
  // Without any marker a last line counts when it is the label and nothing else.
  const last = lastLinePlace(text);
  const bare = last && last.start >= found.from && isBare(last.segment, key) ? read(last.segment, "") : undefined;
  if (bare !== undefined) return { letter: bare, marked: true, segment: "" };
  return { letter: undefined, marked: found.marked, segment: found.segment };
}

const bareLine: Readonly<Record<LabelKind["kind"], RegExp>> = {
  option: /^[\s*_`"$]*\(?[A-Z]\)?[\s*_`".$]*$/,
  integer: /^[\s*_`"$]*[+-]?\d[\d,]*(?:\.0+)?[\s*_`".$]*$/,
  verdict: /^[\s*_`"]*\w+[\s*_`".]*$/,
  brackets: /^[\s*_`"$()[\]{}<>\\.]+$/,
  words: /^[\s*_`"]*[\w'-]+(?:[,\s]+[\w'-]+)*[\s*_`".]*$/,
  free: /^[\s*_`"]*[\w'-]+[\s*_`".]*$/,
};

function isBare(line: string, key: LabelKind): boolean {
  if (!bareLine[key.kind].test(line)) return false;
  return key.kind !== "words" || line.split(/[,\s]+/).length === key.words.length;
}

function agrees(said: string, key: LabelKind): boolean {
  switch (key.kind) {
    case "option":
      return said === `(${key.letter})`;
    case "integer":
      return said === String(key.value);
    case "verdict":
      return said === key.word;
    case "brackets":
      return said === key.sequence;
    case "words":
      return said === key.words.join(" ");
    default:
      return said === key.text || startsWithLabel(said, key.text);
  }
}

/** "paris, because …": the label, then a stop. */
function startsWithLabel(said: string, text: string): boolean {
  return said.startsWith(text) && /^(?:[.,;:(]|\s+[(–—-])/.test(said.slice(text.length));
}

const anyLetter = letterQuestion("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [], false);
const questions = new WeakMap<object, LetterQuestion>();

/** With the item's options where they are known, so that an option's words count too. */
function questionOf({ choices }: Answered): LetterQuestion {
  if (!choices || choices.length === 0) return anyLetter;
  let question = questions.get(choices);
  if (!question)
    questions.set(choices, (question = letterQuestion(choices.map((one) => one.letter).join(""), choices, false)));
  return question;
}
