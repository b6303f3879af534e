/** Unique solves: prompts that only this model gets right (score ≥ 0.5), by column. Spec §5.9. */
import { defineBreakdown } from "../core/metric.ts";
import { uniqueSolves } from "./complementarity.ts";

export const uniqueSolvesByModel = defineBreakdown({
  name: "unique-solves",
  title: "Unique solves",
  summary: "Prompts that only this model of the pool gets right.",
  formula: "number of prompts with exactly one correct model, by that model",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "pool",
  unit: "count",
  better: "neither",

  compute: ({ test }) => uniqueSolves(test.table),
});
