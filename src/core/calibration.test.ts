import { expect, test } from "vitest";
import { matrix } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { calibrated, calibratedTable, fitCalibration } from "./calibration.ts";

/** Scores drawn with chance σ(3q − 1) for model 0 and σ(−q) for model 1. */
function drawn(rows: number): { quality: ReturnType<typeof matrix>; score: ReturnType<typeof matrix> } {
  const random = seededRandom("calibration", rows);
  const quality = matrix(rows, 2);
  const score = matrix(rows, 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < 2; j++) {
      const q = 2 * random.uniform() - 1;
      const chance = 1 / (1 + Math.exp(j === 0 ? 1 - 3 * q : q));
      quality.data[2 * i + j] = q;
      score.data[2 * i + j] = random.uniform() < chance ? 1 : 0;
    }
  }
  return { quality, score };
}

test("recovers each model's own map from many rows", () => {
  const { quality, score } = drawn(8000);
  const { slope, intercept } = fitCalibration(quality, score);
  expect(slope[0]).toBeCloseTo(3, 0);
  expect(intercept[0]).toBeCloseTo(-1, 0);
  expect(slope[1]).toBeCloseTo(-1, 0);
});

test("models with under fifty scored rows share one map", () => {
  const { quality, score } = drawn(60);
  const few = score.data.map((value, cell) => (cell % 2 === 1 && cell > 60 ? NaN : value));
  const { slope } = fitCalibration(quality, { ...score, data: few });
  const all = fitCalibration({ ...quality, cols: 1, rows: 120 }, { ...score, cols: 1, rows: 120, data: few });
  expect(slope[1]).toBe(all.slope[0]);
  expect(slope[0]).not.toBe(slope[1]);
});

test("keeps 'never' and 'unknown' as they are", () => {
  const map = { slope: Float64Array.of(1, 1, 2), intercept: Float64Array.of(0, 0, 0) };
  const estimate = { quality: Float64Array.of(-Infinity, NaN, 0), costUsd: new Float64Array(3) };
  expect([...calibrated(estimate, map).quality]).toEqual([-Infinity, NaN, 0.5]);
  expect(calibrated(estimate, undefined)).toBe(estimate);
  expect([...calibratedTable({ rows: 1, cols: 3, data: estimate.quality }, map).data]).toEqual([-Infinity, NaN, 0.5]);
});
