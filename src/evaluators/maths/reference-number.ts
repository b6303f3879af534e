/**
 * How LLMRouterBench grades FinQA: the last box; equal as mathematics, or else the first number of each side rounded to a
 * whole one, halves to even, where a thousands comma ends the number.
 */
import type { ScoreResult } from "../../core/evaluator.ts";
import { graded } from "../../core/score-result.ts";
import { outermostLastBox, referenceEqual } from "./reference-maths.ts";

export function referenceNumber(response: string, key: string): ScoreResult {
  const prediction = outermostLastBox(response);
  if (prediction === undefined) return graded(0, "");
  return graded(referenceEqual(prediction, key) || rounded(prediction) === rounded(key), prediction);
}

function rounded(text: string): string {
  const number = /-?\d+\.?\d*/.exec(text)?.[0];
  if (number === undefined) return text;
  const value = Number(number);
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return String(Math.round(value) + 0);
  return String(floor % 2 === 0 ? floor : floor + 1);
}
