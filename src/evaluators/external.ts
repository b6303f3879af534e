/** Sets that their official harness scores: its report is read, nothing is run. `signalbox harness` brings the reports in. */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { ScoreResult } from "../core/evaluator.ts";
import { graded, ungraded } from "../core/score-result.ts";
import { sweBenchReport } from "./harness/swe-bench-report.ts";
import { tau2Report } from "./harness/tau2-report.ts";

const readers = { "swe-bench": sweBenchReport, "tau2-bench": tau2Report } as const;

const options = z.strictObject({ format: z.enum(["swe-bench", "tau2-bench"]) });

export const external = defineEvaluator({
  name: "external",
  summary: "The report of the benchmark's own harness, read; what the harness could not grade is no score.",
  needs: ["harness"],
  options,

  score: ({ response }, { format }) => read(response, format),

  /** The reference counts any score above 0 as right, and a harness that failed as wrong. */
  compat({ response }, { format }) {
    const { score, prediction, parts = {} } = read(response, format);
    const share = (parts["target tests"] ?? 0) * (parts["other tests"] ?? 1);
    return graded(score > 0 || share > 0, prediction);
  },
});

function read(response: string, format: z.infer<typeof options>["format"]): ScoreResult {
  try {
    return readers[format](JSON.parse(response));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return ungraded("unsupported", `no report of the official harness of ${format}`);
  }
}
