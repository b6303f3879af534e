/**
 * Oracle: for each prompt the model with the highest score, the cheapest among equals; when nobody scores, the cheapest
 * answer that did not fail. With a cost weight λ it maximises score − λ·cost and draws the true per-prompt frontier.
 * It reads the outcomes it is scored on, so it is the ceiling, never a competitor.
 */
import { z } from "zod";
import { FitError } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { argmax } from "../core/policy.ts";
import { defineRouter } from "../core/router.ts";

export const oracle = defineRouter({
  name: "oracle",
  summary: "The best model for every single prompt, known afterwards: the ceiling.",
  source: "LLMRouterBench, arXiv 2601.07206",
  cheats: true,
  options: z.strictObject({
    costWeight: z.number().nonnegative().default(0).describe("λ: score given up per USD; 0 asks for score alone"),
  }),

  stateShape: {},

  fixedPolicy: ({ costWeight }) => (costWeight > 0 ? { kind: "costWeight", lambda: costWeight } : argmax),

  fit: () => ({}),

  estimate(_state, { revealed }) {
    if (!revealed) throw new FitError({ problem: "the oracle reads outcomes, so it cannot serve" });
    const { score, costUsd, status } = revealed;
    // A failed call must not look like a cheap answer: its cost is unknown for every comparison.
    const answered = costUsd.map((cost, j) => (status[j] === cellStatus.scored ? cost : NaN));
    return { quality: score, costUsd: answered };
  },
});
