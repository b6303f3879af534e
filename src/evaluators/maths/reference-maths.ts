/**
 * How LLMRouterBench finds and grades a mathematical answer (its deepscaler_rm.py and aime.py), faults included: the last
 * box, or the line after "answer:" where a "Final Answer" stands without one; then equal as text after the one or the
 * other normalisation, or equal once LaTeX is flattened to plain text, braces dropped.
 */
import { boxesOf } from "../text/boxed.ts";
import { referenceFlatEqual } from "./reference-flat-equal.ts";
import { referenceStripped } from "./reference-stripped.ts";

export interface ReferenceGrade {
  readonly prediction: string;
  readonly correct: boolean;
}

export function referenceMaths(response: string, key: string, lastInteger: boolean): ReferenceGrade {
  const prediction = extracted(response) ?? (lastInteger ? response.match(/\d+/g)?.at(-1) : undefined);
  const truth = key.includes("\\boxed") ? (outermostLastBox(key) ?? key) : key;
  return { prediction: prediction ?? "", correct: prediction !== undefined && referenceEqual(prediction, truth) };
}

export function referenceEqual(given: string, key: string): boolean {
  return referenceStripped(given) === referenceStripped(key) || referenceFlatEqual(given, key);
}

/** The last box begun; of one inside another the inner. `\fbox` counts only beside a `\boxed`. */
export function outermostLastBox(text: string): string | undefined {
  if (!text.includes("\\boxed")) return undefined;
  return boxesOf(text).at(-1)?.content;
}

function extracted(response: string): string | undefined {
  if (response.includes("Final Answer") && !response.includes("\\boxed")) return referenceLine(response);
  return outermostLastBox(response);
}

/** Its `extract_normal_answer` with the pattern for a whole line. */
export function referenceLine(response: string): string {
  const last = [...response.matchAll(/answer[ \t]*:[ \t]*([^\n]+)/gi)].at(-1)?.[1];
  if (last !== undefined) return last.trim();
  return /final answer\s\n+\s*([^\n]+)/i.exec(response)?.[1] ?? "";
}
