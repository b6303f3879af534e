/**
 * Random: a uniform choice among the models allowed.
 *
 * Reported as its exact expectation, so it has no variance of its own; served, or with `draw: "drawn"`, it draws once
 * per query, seeded by the query's text, so the same query always meets the same model.
 */
import { z } from "zod";
import { FitError } from "../core/errors.ts";
import { defineRouter } from "../core/router.ts";
import type { RouterQuery } from "../core/router.ts";
import { seededRandom } from "../math/random.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";

interface State {
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  readonly draw: "expected" | "drawn";
  readonly seed: number;
}

export const random = defineRouter({
  name: "random",
  summary: "A uniformly random model: the line every router must be above.",
  source: "LLMRouterBench, arXiv 2601.07206",
  qualityKind: "rank",
  options: z.strictObject({
    draw: z
      .enum(["expected", "drawn"])
      .default("expected")
      .describe("Report the exact expectation, or one seeded draw per query"),
  }),
  presets: { drawn: { draw: "drawn" } },

  stateShape: { quality: "f64[m]", costUsd: "f64[m]", draw: z.enum(["expected", "drawn"]), seed: z.int() },

  fit: (train, { draw }, { seed }): State => ({ quality: meanScore(train), costUsd: meanCostUsd(train), draw, seed }),

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),

  decide(state, query) {
    const allowed = allowedColumns(query, state.quality.length);
    const estimate = { quality: state.quality, costUsd: state.costUsd };
    const drawn = allowed[seededRandom(state.seed, "random", query.text).below(allowed.length)]!;
    if (state.draw === "drawn") return { order: [drawn], estimate };
    const lottery = new Float64Array(state.quality.length);
    for (const column of allowed) lottery[column] = 1 / allowed.length;
    return { order: [drawn], estimate, lottery };
  },
});

/** @throws FitError when no model is allowed, as `pick` does. */
function allowedColumns(query: RouterQuery, models: number): number[] {
  const columns = Array.from({ length: models }, (_, j) => j).filter((j) => query.allowed?.[j] !== 0);
  if (columns.length > 0) return columns;
  throw new FitError({ problem: "no model is allowed for this query", mend: "Allow at least one model." });
}
