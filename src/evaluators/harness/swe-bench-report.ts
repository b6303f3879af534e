/** One instance's report of the SWE-bench harness: resolved, or not; a harness that failed is no grade. */
import { z } from "zod";
import type { ScoreResult } from "../../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../../core/score-result.ts";

const tests = z.object({ success: z.array(z.string()).default([]), failure: z.array(z.string()).default([]) });

const schema = z.object({
  error: z.unknown().optional(),
  patch_is_None: z.boolean().optional(),
  patch_exists: z.boolean().optional(),
  patch_successfully_applied: z.boolean().optional(),
  resolved: z.boolean().optional(),
  tests_status: z.object({ FAIL_TO_PASS: tests.optional(), PASS_TO_PASS: tests.optional() }).nullish(),
});

type SweBenchReport = z.infer<typeof schema>;

/** The report itself, or the file `report.json`, which has it under the instance's name. */
export function sweBenchReport(body: unknown): ScoreResult {
  const report = parsed(body);
  if (!report) return ungraded("unsupported", "no report of the SWE-bench harness");
  const { error, patch_is_None: isNone, patch_exists: exists, resolved } = report;
  if (isSaid(error))
    return ungraded(
      "sandbox-error",
      `the harness failed: ${(typeof error === "string" ? error : JSON.stringify(error)).slice(0, 200)}`,
    );
  if (isNone === true || exists === false) return failedAnswer("no-answer", "there is no patch");
  if (report.patch_successfully_applied === false) return failedAnswer("unparseable", "the patch does not apply");
  if (resolved === undefined) return ungraded("sandbox-error", "the report does not say whether it is resolved");
  const shares = { "target tests": share(report, "FAIL_TO_PASS"), "other tests": share(report, "PASS_TO_PASS") };
  const parts = Object.fromEntries(Object.entries(shares).filter(([, value]) => !Number.isNaN(value)));
  return graded(resolved, resolved ? "resolved" : "unresolved", { parts });
}

function parsed(body: unknown): SweBenchReport | undefined {
  const inner: unknown[] = typeof body === "object" && body !== null ? Object.values(body) : [];
  const isWrapped = inner.length === 1 && typeof inner[0] === "object";
  const result = schema.safeParse(isWrapped ? inner[0] : body);
  return result.success && Object.values(result.data).some((value) => value !== undefined) ? result.data : undefined;
}

const isSaid = (error: unknown): boolean => error !== undefined && error !== null && error !== false && error !== "";

function share({ tests_status: status }: SweBenchReport, kind: "FAIL_TO_PASS" | "PASS_TO_PASS"): number {
  const { success = [], failure = [] } = status?.[kind] ?? {};
  return success.length / (success.length + failure.length);
}
