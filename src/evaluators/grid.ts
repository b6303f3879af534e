/**
 * Grids of digits (ARC-AGI): as many as were asked for, the last that the response holds, each like its key cell by cell.
 * Grids quoted on the way to the answer stand before it.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { referenceGrids } from "./text/reference-grids.ts";
import { numberGrids } from "./text/number-grids.ts";
import { visibleText } from "./text/visible-text.ts";

/** Stored results hold the key as JSON text. */
function keyOf(truth: unknown): unknown {
  if (typeof truth !== "string") return truth;
  try {
    return JSON.parse(truth);
  } catch {
    return undefined;
  }
}

const keySchema = z.array(z.array(z.array(z.int().min(0).max(9))).min(1)).min(1);

export const grid = defineEvaluator({
  name: "grid",
  summary: "The last grids of the response, equal to the key cell by cell.",
  options: z.strictObject({}),

  score({ response, truth }) {
    const key = keySchema.safeParse(keyOf(truth));
    if (!key.success) return ungraded("data-error", "the key is no list of grids of digits");
    const visible = visibleText(response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const all = numberGrids(visible);
    if (all.length === 0) return failedAnswer("no-answer", "no grid");
    const wanted = key.data.map((one) => JSON.stringify(one));
    const given = all.slice(-wanted.length).map((one) => JSON.stringify(one) ?? "none");
    const solved = wanted.filter((one, index) => one === given[index]).length;
    const extra = { parts: { "tests solved": solved / wanted.length } };
    return graded(solved === wanted.length, given.join("\n"), extra);
  },

  compat({ response, truth }) {
    const grids = keyOf(truth);
    const key = Array.isArray(grids) ? (grids as readonly unknown[]) : [];
    const given = referenceGrids(response, key.length);
    const same =
      given.length === key.length && key.length > 0 && key.every((one, i) => JSON.stringify(one) === given[i]);
    return graded(same, given.join("\n"));
  },
});
