/** The tool that a data set cannot be scored without, where it is not given. */
import type { DatasetDefinition } from "../core/dataset.ts";
import type { ScoringNeed, ScoringTools } from "../core/evaluator.ts";
import { readyScorer } from "./score-answer.ts";
import type { ScoringRule } from "./score-answer.ts";

/** Undefined: all is at hand. A sandbox that is not open is not looked at: its answers say so one by one. */
export function neededTool(
  dataset: DatasetDefinition,
  { rule, ...tools }: ScoringTools & { readonly rule?: ScoringRule },
): ScoringNeed | undefined {
  const { evaluator } = readyScorer(dataset, { response: "", truth: null, record: {} });
  if (rule === "compat" && evaluator.compat) return undefined;
  return evaluator.needs.find((need) => need !== "sandbox" && (need === "harness" || tools[need] === undefined));
}
