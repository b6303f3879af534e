/** The figures of whole sets against scikit-learn and numpy: test/fixtures/sklearn/set_metrics.py made the numbers. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { measureSet } from "./measure-set.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

interface Oracle {
  readonly truth: readonly string[];
  readonly said: readonly string[];
  readonly weightedF1: number;
  readonly confidence: readonly number[];
  readonly correct: readonly number[];
  readonly calibrationError: number;
  readonly samples: readonly (readonly number[])[];
  readonly passAt: readonly number[];
  readonly wilson: { readonly hits: number; readonly total: number; readonly low: number; readonly high: number };
}

const path = new URL("../../../test/fixtures/sklearn/set-metrics.json", import.meta.url);
const oracle = JSON.parse(readFileSync(path, "utf8")) as Oracle;

let asked = 0;
const answer = (score: number, more: Partial<ScoredAnswer> = {}): ScoredAnswer => ({
  score,
  prediction: "",
  truth: "",
  item: asked++,
  parts: {},
  ...more,
});

function figure(figures: readonly SetFigure[], name: string): SetFigure {
  const found = figures.find((one) => one.name === name);
  if (!found) throw new Error(`no figure ${name} among ${figures.map((one) => one.name).join()}`);
  return found;
}

function expectInside({ low, value, high }: SetFigure): void {
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
}

describe("figures of a set", () => {
  test("weighted F1 is scikit-learn's, an unread answer a label of its own", () => {
    const answers = oracle.truth.map((truth, i) => {
      const prediction = oracle.said[i] ?? "";
      return answer(Number(truth === prediction), { truth, prediction });
    });
    const found = figure(measureSet(answers, ["weighted-f1"]), "weighted F1");
    expect(found.value).toBeCloseTo(oracle.weightedF1, 12);
    expectInside(found);
  });

  test("the calibration error counts every bin of a hundred, the remainder in the last", () => {
    const answers = oracle.correct.map((score, i) =>
      answer(score, { parts: { confidence: oracle.confidence[i] ?? NaN } }),
    );
    const withSilent = [...answers, answer(0)];
    const found = figure(measureSet(withSilent, ["calibration-error"]), "calibration error");
    expect(found).toMatchObject({ count: 257 });
    expect(found.value).toBeCloseTo(oracle.calibrationError, 12);
  });

  test("pass@k is without bias, for every k that prompts have answers for", () => {
    const answers = oracle.samples.flatMap((row, i) => row.map((score) => answer(score, { item: `p${i}` })));
    const figures = measureSet(answers, ["accuracy"]);
    for (const [i, value] of oracle.passAt.entries()) {
      expect(figure(figures, `pass@${i + 1}`).value).toBeCloseTo(value, 12);
    }
  });

  test("accuracy of rights and wrongs has Wilson's interval, of shares a resampled one", () => {
    const { hits, total, low, high } = oracle.wilson;
    const answers = Array.from({ length: total }, (_, i) => answer(Number(i < hits)));
    const found = figure(measureSet(answers, []), "accuracy");
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
    expectInside(
      figure(
        measureSet(
          [0.2, 0.5, 0.9, 1].map((score) => answer(score)),
          [],
        ),
        "accuracy",
      ),
    );
  });

  test("SimpleQA's F1 is the harmonic mean of correct given attempted and correct of all", () => {
    const graded = (count: number, score: number, attempted: number): ScoredAnswer[] =>
      Array.from({ length: count }, () => answer(score, { parts: { attempted } }));
    const answers = [...graded(30, 1, 1), ...graded(20, 0, 1), ...graded(50, 0, 0)];
    const figures = measureSet(answers, ["simpleqa-f1"]);
    expect(figure(figures, "attempted").value).toBeCloseTo(0.5, 12);
    expect(figure(figures, "correct given attempted").value).toBeCloseTo(0.6, 12);
    expect(figure(figures, "SimpleQA F1").value).toBeCloseTo(0.4, 12);
    expect(figure(measureSet(graded(3, 0, 0), ["simpleqa-f1"]), "SimpleQA F1").value).toBe(0);
  });

  test("the arena's win rate counts a strong verdict three times and drops a game without one", () => {
    const played = (first: number, second: number): ScoredAnswer =>
      answer(0.5, { parts: { "first game": (first + 3) / 6, "second game": (second + 3) / 6 } });
    // Won 3 + 1 times, lost once, tied once: 4.5 of 6.
    const found = figure(measureSet([played(3, 1), played(-1, 0), played(NaN, NaN)], ["arena-win-rate"]), "win rate");
    expect(found).toMatchObject({ count: 6, level: 0.9 });
    expect(found.value).toBeCloseTo(4.5 / 6, 12);
    expectInside(found);
  });

  test("pass^k of trials is the mean over tasks", () => {
    const tasks = [
      answer(1, { parts: { "pass^1": 1, "pass^2": 1 } }),
      answer(0.5, { parts: { "pass^1": 0.5, "pass^2": 0 } }),
    ];
    expect(figure(measureSet(tasks, ["pass-at-k"]), "pass^2").value).toBe(0.5);
  });

  test("what was not graded is left out, and nothing graded gives no figure", () => {
    expect(figure(measureSet([answer(1), answer(NaN)], []), "accuracy")).toMatchObject({ value: 1, count: 1 });
    expect(measureSet([answer(NaN)], ["weighted-f1"])).toEqual([]);
  });
});
