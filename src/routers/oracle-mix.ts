/**
 * Oracle mix: the oracle's choice with chance p, a uniformly random model else. p = 0 is random, p = 1 the oracle, and
 * what lies between is a scale: a router as good as p = 0.4 makes four tenths of the way that there is to go.
 * Reported as its exact expectation. It reads the outcomes it is scored on, so it is a line to measure by.
 *
 * Source: Huang et al., "RouterEval", 2025, arXiv 2503.10657 (its R_o).
 */
import { z } from "zod";
import { argmax } from "../core/policy.ts";
import { pick, tieOrder } from "../core/pick.ts";
import type { TieOrder } from "../core/pick.ts";
import { defineRouter } from "../core/router.ts";
import { columnMeans } from "../math/matrix.ts";
import { oracle } from "./oracle.ts";

const options = z.strictObject({
  share: z.number().min(0).max(1).default(0.5).describe("p: the share of prompts that go to the oracle's choice"),
});

interface State {
  readonly share: number;
  readonly ties: TieOrder;
}

export const oracleMix = defineRouter<z.infer<typeof options>, State>({
  name: "oracle-mix",
  summary: "The oracle's choice with chance p, a random model else: a scale between the two.",
  source: "RouterEval, arXiv 2503.10657",
  cheats: true,
  diagnostic: true,
  options,
  presets: { quarter: { share: 0.25 }, "three-quarters": { share: 0.75 } },

  stateShape: { share: z.number().min(0).max(1), ties: "i32[m]" },

  fit: ({ models, costUsd }, { share }) => ({ share, ties: tieOrder(models, columnMeans(costUsd)) }),

  estimate: (_state, query) => oracle.estimate({}, query),

  decide({ share, ties }, query) {
    const estimate = oracle.estimate({}, query);
    const best = pick(estimate, argmax, ties, query.allowed);
    const isAllowed = (column: number): boolean => query.allowed?.[column] !== 0;
    const allowed = [...estimate.quality.keys()].filter(isAllowed).length;
    const lottery = estimate.quality.map((_, column) => (isAllowed(column) ? (1 - share) / allowed : 0));
    lottery[best]! += share;
    return { order: [best], estimate, lottery };
  },
});
