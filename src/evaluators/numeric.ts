/**
 * Numbers read from reports: right when the answer agrees with the key to the key's printed precision, half a unit of its
 * last decimal; a key without decimals wants its integer. Percent signs and spelled magnitudes may stand on one side only.
 *
 * The key is the printed answer; the value its source computed (`exe_ans`), where there is one, is a second key.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { mathsEqual } from "./maths/maths-equal.ts";
import { compare, multiply, rational, type Rational } from "./maths/rational.ts";
import { referenceNumber } from "./maths/reference-number.ts";
import { keyText } from "./text/key-text.ts";
import { mathsAnswer } from "./text/maths-answer.ts";
import { printedNumber, shifted, type PrintedNumber } from "./text/printed-number.ts";
import { visibleText } from "./text/visible-text.ts";

export const numeric = defineEvaluator({
  name: "numeric",
  summary: "The number given, equal to the key to the precision the key is printed with.",
  options: z.strictObject({}),

  score(answered) {
    const keys = keysOf(answered);
    if (keys.length === 0) return ungraded("data-error", "the key is empty, and there is no computed answer");
    const visible = visibleText(answered.response);
    if (visible.trim() === "") {
      const why = answered.response.trim() === "" ? "the response is empty" : "the reasoning never ends";
      return failedAnswer("no-answer", why);
    }
    const answer = mathsAnswer(visible)?.text ?? "";
    if (answer === "") return failedAnswer("no-answer", "no box, no announced answer");
    return graded(
      keys.some((key) => agrees(answer, key)),
      answer,
    );
  },

  compat: ({ response, truth }) => referenceNumber(response, keyText(truth)),
});

interface Key {
  readonly text: string;
  /** computed, not printed: an answer may round it to as many digits as it prints */
  readonly computed: boolean;
}

function keysOf({ truth, record }: Answered): Key[] {
  const { exe_ans: own, qa } = record;
  const nested = typeof qa === "object" && qa !== null && "exe_ans" in qa ? qa.exe_ans : undefined;
  const keys = [
    { text: keyText(truth), computed: false },
    { text: keyText(own ?? nested), computed: true },
  ];
  return keys.filter(({ text }) => text.trim() !== "");
}

function agrees(answer: string, key: Key): boolean {
  const [given, wanted] = [printedNumber(answer), printedNumber(key.text)];
  if (!given || !wanted) return mathsEqual(answer, key.text) === "equal";
  return readings(given, wanted).some((value) => {
    if (within(value.value, wanted.value, wanted.decimals)) return true;
    // "10.4 %" for a computed 0.10435: right in every digit it prints, where those are enough to tell.
    return key.computed && given.significant >= 3 && within(value.value, wanted.value, value.decimals);
  });
}

interface Reading {
  readonly value: Rational;
  /** printed decimals, on the key's scale */
  readonly decimals: number;
}

/** What the given number may mean on the key's scale. */
function readings(given: PrintedNumber, wanted: PrintedNumber): Reading[] {
  const at = (exponent: number): Reading => ({
    value: shifted(given.value, exponent),
    decimals: given.decimals - exponent,
  });
  const scales = given.magnitude === wanted.magnitude ? [0] : [given.magnitude - wanted.magnitude];
  // One side alone spells its magnitude: the question may have told it.
  if (given.magnitude !== wanted.magnitude && (given.magnitude === 0 || wanted.magnitude === 0)) scales.push(0);
  if (wanted.percent && !given.percent) scales.push(2);
  if (given.percent && !wanted.percent) scales.push(-2);
  return scales.map(at);
}

/** Half a unit of the last decimal, with room for how halves are rounded; without decimals, equal. */
function within(value: Rational, key: Rational, decimals: number): boolean {
  const scale = shifted(rational(1n), decimals);
  const distance = multiply({ n: value.n * key.d - key.n * value.d, d: value.d * key.d }, scale);
  const size = { n: distance.n < 0n ? -distance.n : distance.n, d: distance.d };
  if (decimals <= 0) return size.n === 0n;
  return compare(size, rational(500_000_001n, 1_000_000_000n)) <= 0;
}
