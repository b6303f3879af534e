import { expect, test } from "vitest";
import { collapseAlarm } from "./collapse-alarm.ts";
import type { CollapseQuestion } from "./collapse-alarm.ts";

function question(share: number[], mean: number, ci95: [number, number]): CollapseQuestion {
  return {
    router: "knn",
    selectionShare: Float64Array.from(share),
    modelNames: ["gpt-5", "qwen3"],
    bestSingle: "gpt-5",
    deltaBestSingle: { mean, ci95 },
  };
}

test("rings when 95 % of the prompts go to one model", () => {
  const finding = collapseAlarm(question([0.973, 0.027], 0.02, [0.01, 0.03]));
  expect(finding?.reason).toBe("one-model");
  expect(finding?.words).toBe(
    "knn is nearly one model in disguise: it sends 97.3 % of the test prompts to gpt-5 (selection entropy 0.18 bits); " +
      "its +2.0 points against the best single model (gpt-5) come from the few others.",
  );
});

test("rings when the interval against the best single model contains 0", () => {
  const finding = collapseAlarm(question([0.5, 0.5], 0.003, [-0.004, 0.011]));
  expect(finding?.reason).toBe("not-distinguishable");
  expect(finding?.words).toBe(
    "knn is not distinguishable from the best single model (gpt-5): +0.3 points, 95 % interval −0.4 to +1.1 contains 0.",
  );
});

test("says both when both hold", () => {
  const finding = collapseAlarm(question([1, 0], 0, [0, 0]));
  expect(finding?.reason).toBe("both");
  expect(finding?.entropyBits).toBe(0);
  expect(finding?.words).toMatch(/100 % .* not distinguishable/);
});

test("is silent for a router that chooses and wins, or loses clearly", () => {
  expect(collapseAlarm(question([0.6, 0.4], 0.02, [0.01, 0.03]))).toBeUndefined();
  expect(collapseAlarm(question([0.6, 0.4], -0.02, [-0.03, -0.01]))).toBeUndefined();
});
