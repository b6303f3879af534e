import { expect, test } from "vitest";
import { fromRows } from "../math/matrix.ts";
import { predictionEntropy } from "./prediction-entropy.ts";

test("averages the entropy of the selection over prompts (§6)", () => {
  const probability = fromRows([
    [0.5, 0.25, 0.25],
    [1, 0, 0],
  ]);
  expect(predictionEntropy.compute({ probability })).toBeCloseTo(0.75, 9);
});
