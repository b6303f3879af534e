import { describe, expect, test } from "vitest";
import { scoreAnswer } from "../scoring/score-answer.ts";
import { sweBench } from "../datasets/swe-bench.ts";
import { tau2Bench } from "../datasets/tau2-bench.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { ScoreResult } from "../core/evaluator.ts";

const scored = (dataset: DatasetDefinition, report: unknown, rule: "own" | "compat" = "own"): ScoreResult =>
  scoreAnswer(
    dataset,
    { response: typeof report === "string" ? report : JSON.stringify(report), truth: null, record: {} },
    { rule },
  ) as ScoreResult;

const half = { success: ["t1"], failure: ["t2"] };
const tried = { patch_exists: true, patch_successfully_applied: true };

describe("a report of SWE-bench", () => {
  test.each([
    [{ ...tried, resolved: true }, "scored", 1],
    [{ ...tried, resolved: false, tests_status: { FAIL_TO_PASS: half } }, "scored", 0],
    [{ "demo__demo-1": { ...tried, resolved: true } }, "scored", 1],
    [{ patch_is_None: true, patch_exists: false, resolved: false }, "no-answer", 0],
    [{ patch_exists: true, patch_successfully_applied: false, resolved: false }, "unparseable", 0],
    [{ instance_id: "x", error: "image build failed" }, "sandbox-error", NaN],
    [{ ...tried }, "sandbox-error", NaN],
    [{ something: "else" }, "unsupported", NaN],
    ["diff --git a/x b/x", "unsupported", NaN],
  ])("%j is %s, %d", (report, status, score) => {
    expect(scored(sweBench, report)).toMatchObject({ status, score });
  });

  test("tells the share of tests beside, and the reference takes any share for right", () => {
    const report = { ...tried, resolved: false, tests_status: { FAIL_TO_PASS: half } };
    expect(scored(sweBench, report).parts).toEqual({ "target tests": 0.5 });
    expect(scored(sweBench, report, "compat").score).toBe(1);
  });
});

describe("an outcome of tau2-bench", () => {
  test.each([
    [{ termination_reason: "user_stop", reward: 1 }, "scored", 1],
    [{ termination_reason: "agent_stop", reward_info: { reward: 0.5 } }, "scored", 0.5],
    [{ termination_reason: "max_steps", reward: 1 }, "scored", 0],
    [{ termination_reason: "infrastructure_error", reward: 0 }, "sandbox-error", NaN],
    [{ termination_reason: "user_error", reward: 0 }, "sandbox-error", NaN],
    [{ termination_reason: "user_stop" }, "sandbox-error", NaN],
    [{ trials: [1, 0, null] }, "scored", 0.5],
    [{ trials: [null] }, "sandbox-error", NaN],
    [{ reward: 7 }, "unsupported", NaN],
  ])("%j is %s, %d", (report, status, score) => {
    expect(scored(tau2Bench, report)).toMatchObject({ status, score });
  });

  test("of several trials tells pass^k", () => {
    expect(scored(tau2Bench, { trials: [1, 0, 1, 1] }).parts).toEqual({
      "pass^1": 0.75,
      "pass^2": 0.5,
      "pass^3": 0.25,
      "pass^4": 0,
    });
  });
});
