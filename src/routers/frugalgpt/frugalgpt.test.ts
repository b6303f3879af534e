import { describe, expect, test } from "vitest";
import { estimateView } from "../../experiment/choose.ts";
import { fitContext } from "../../experiment/fit-context.ts";
import { fitMaterial, fitRouter } from "../../experiment/fit-router.ts";
import { queryView } from "../../experiment/query-view.ts";
import { replayAvgAcc, replayPolicy } from "../../experiment/replay.ts";
import { trainTable } from "../../experiment/train-table.ts";
import { seededRandom } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import { madeUpFingerprint, oneExpert, tableOf, twoIslands, unitRows } from "../../../test/support/tables.ts";
import type { Sample } from "../../../test/support/tables.ts";
import { routerByName } from "../registry.ts";
import { answerFeatures, featureNames } from "./features.ts";
import type { FrugalGptState } from "./frugalgpt.ts";
import { chanceOf, frugalFolds, outOfFoldPromise } from "./scorer.ts";

/**
 * A planted cascade: a cheap model that is right on every other prompt, whichever, and hedges where it is wrong; a dear
 * one that is always right. The question tells nothing, the answer everything. Best: cheap, then dear on half.
 */
function plantedCascade(queries: number): Sample {
  const random = seededRandom("planted cascade", queries);
  const right = Array.from({ length: queries }, () => random.below(2) === 0);
  return {
    vectors: unitRows(queries, random, () => 0),
    table: tableOf({
      models: ["cheap", "dear", "noise"],
      score: right.map((own, i) => [own ? 1 : 0, 1, i % 3 === 0 ? 1 : 0]),
      costUsd: right.map(() => [0.001, 0.02, 0.004]),
      answers: right.map((own, i) => [
        own ? `The result is ${17 * i}.` : `I am not sure, perhaps ${17 * i + 1}.`,
        `${17 * i}`,
        `It is ${23 * i}.`,
      ]),
    }),
  };
}

/** Fits on the first two thirds (a sixth of the sample, their last quarter, to validate on) and replays on the rest. */
function replayOn(
  sample: Sample,
  label: string,
  policyBudget?: number,
): {
  readonly accuracy: number;
  readonly costUsd: number;
  readonly state: FrugalGptState;
} {
  const n = sample.table.prompts.length;
  const train = Int32Array.from({ length: Math.floor((2 * n) / 3) }, (_, i) => i);
  const rows = {
    train,
    validation: train.slice(Math.floor(n / 2)),
    unavailable: sample.table.datasets.map(() => undefined),
  };
  const vectors = { vectors: sample.vectors, fingerprint: madeUpFingerprint };
  const { fitted } = fitRouter(routerByName(label), fitMaterial(sample.table, rows, vectors, { seed: 42 }));
  const test = Int32Array.from({ length: n - train.length }, (_, i) => train.length + i);
  const view = queryView(sample.table, test, sample.vectors, []);
  const policy = policyBudget === undefined ? fitted.policy : ({ kind: "budget", budgetUsd: policyBudget } as const);
  const replay = replayPolicy(fitted, view, policy, estimateView(fitted, view));
  return { accuracy: replayAvgAcc(replay, view), costUsd: mean(replay.costUsd), state: fitted.state as FrugalGptState };
}

describe("where an answer shows whether it is right", () => {
  const sample = plantedCascade(300);

  test("the cascade is right on every prompt, for the cheap call and half of the dear ones", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt");
    expect(state.scorers).not.toBeNull();
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeLessThanOrEqual(0.001 + 0.55 * 0.02);
  });

  test("a budget for the cheap model alone buys the cheap model alone", () => {
    const { accuracy, costUsd } = replayOn(sample, "frugalgpt", 0.0011);
    expect(costUsd).toBeCloseTo(0.001, 12);
    expect(accuracy).toBeLessThan(0.7);
  });

  test("the question alone cannot tell: it pays for the dear model throughout", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt/question-only");
    expect(state.scorers).toBeNull();
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeGreaterThanOrEqual(0.9 * 0.02);
  });
});

describe("where only the words of an answer show whether it is right, not its look", () => {
  const look = plantedCascade(600);
  const answers = ["walnut oriole", "pebble thrush"] as const;
  const prediction = (i: number, j: number): string =>
    `${answers[look.table.score.data[3 * i + j] === 1 ? 0 : 1]} ${10 + (i % 80)}`;
  const sample = { ...look, table: { ...look.table, prediction } };

  test("the embedding of the answer tells, and is right for the cheap call and half of the dear ones", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt/answer-embedding");
    expect(state.scorers!.embedded!.space.components.cols).toBeGreaterThan(0);
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeLessThanOrEqual(0.001 + 0.55 * 0.02);
  });

  test("the features cannot, and pay for the dear model throughout", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt");
    expect(state.scorers!.embedded).toBeNull();
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeGreaterThanOrEqual(0.9 * 0.02);
  });

  test("an answer without a word that training knew is still judged", () => {
    const { state } = replayOn(sample, "frugalgpt/answer-embedding");
    for (const text of ["", "?!", "漢字"]) {
      const chance = chanceOf(state.scorers!, 0, { prompt: "p", text, completionTokens: NaN, promise: 0 }, false);
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThan(1);
    }
  });
});

test("where the question tells which of two models is right, the question alone does as well as the oracle", () => {
  expect(replayOn(twoIslands({ queries: 300, seed: 1 }), "frugalgpt").accuracy).toBeGreaterThanOrEqual(0.99);
});

test("chances that set bars come from a probe that did not see the row", () => {
  const sample = oneExpert({ queries: 60, seed: 2 });
  const all = Int32Array.from(sample.table.prompts.keys());
  const train = trainTable(sample.table, all, sample.vectors);
  const [fold] = frugalFolds(train, fitContext(1));
  const before = outOfFoldPromise(train, 1e-2, fitContext(1));
  const held = new Set(fold!.rows);
  const flipped = train.score.data.map((score, cell) => (held.has(Math.floor(cell / 4)) ? 1 - score : score));
  const after = outOfFoldPromise({ ...train, score: { ...train.score, data: flipped } }, 1e-2, fitContext(1));
  const cells = [...before.data.keys()];
  expect(cells.filter((cell) => held.has(Math.floor(cell / 4)) && before.data[cell] !== after.data[cell])).toEqual([]);
  expect(cells.some((cell) => before.data[cell] !== after.data[cell])).toBe(true);
});

describe("the features of an answer", () => {
  const read = (
    text: string,
    more: { prompt?: string; tokens?: number; verdict?: boolean } = {},
  ): Record<string, number> => {
    const { prompt = "Which?", tokens = NaN, verdict = false } = more;
    const values = answerFeatures({ prompt, text, completionTokens: tokens, promise: 0 }, verdict);
    expect(values).toHaveLength(featureNames.length);
    return Object.fromEntries(featureNames.map((name, f) => [name, values[f]!]));
  };

  test.each([
    ["", "empty"],
    ["1,234.50", "number"],
    ["(B)", "one letter"],
    ["Yes, it is.", "yes"],
    ["[No]", "no"],
    ["I'm sorry, but that is private.", "refusal"],
    ["\\boxed{7}", "boxed"],
    ["Do you mean the river?", "questions"],
  ])("%j has %s", (text, name) => {
    expect(read(text)[name]).toBe(1);
    expect(read("The capital of France.")[name]).toBe(0);
  });

  test("hedging, digits and loops are counted", () => {
    expect(read("I think it might be so")["hedge words"]).toBeGreaterThan(
      read("It is so and that is all")["hedge words"]!,
    );
    expect(read("12ab")["digits share"]).toBe(0.5);
    expect(read("one two three four five six seven eight ".repeat(4))["repeated 8-grams"]).toBeCloseTo(1 - 8 / 25, 12);
    expect(read("Paris", { prompt: "Is Paris large?" })["in the prompt"]).toBe(1);
  });

  test("tokens that were not counted are told from few", () => {
    expect(read("a")["tokens unknown"]).toBe(1);
    expect(read("a", { tokens: 7 })).toMatchObject({ "tokens unknown": 0, "log tokens": Math.log(8) });
  });

  test("a verdict is read as no answer", () => {
    expect(read("accepted", { verdict: true })).toEqual(read(""));
  });
});
