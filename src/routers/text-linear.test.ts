import { describe, expect, test } from "vitest";
import { tableOf } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { seededRandom } from "../math/random.ts";
import { textLinear } from "./text-linear.ts";
import type { TextLinearState } from "./text-linear.ts";

const topics = [
  "integral derivative matrix theorem",
  "python function recursion compiler",
  "queen dynasty treaty empire",
];

/** Texts of three topics; model j is right on topic j alone, the last model never. */
function texts(count: number, seed: number): { prompts: string[]; topicOf: number[]; score: number[][] } {
  const random = seededRandom("text-linear test", seed);
  const topicOf = Array.from({ length: count }, (_, i) => i % 3);
  const prompts = topicOf.map((topic, i) => {
    const words = topics[topic]!.split(" ");
    return `${i} ${Array.from({ length: 6 }, () => words[random.below(4)]!).join(" ")}?`;
  });
  return { prompts, topicOf, score: topicOf.map((topic) => [0, 1, 2, 3].map((j) => (j === topic ? 1 : 0))) };
}

function fitOn(prompts: string[], score: number[][], given: object = {}): TextLinearState {
  const train = trainTable(tableOf({ score, prompts }), Int32Array.from(prompts.keys()), undefined);
  return textLinear.fit(train, textLinear.options.parse(given), fitContext(1));
}

function qualityOf(state: TextLinearState, text: string): number[] {
  return [...textLinear.estimate(state, { text, embedding: new Float32Array(0), promptTokens: NaN }).quality];
}

const sample = texts(90, 1);

describe("text-linear", () => {
  test("learns which words call for which model, on texts it has not seen", () => {
    const state = fitOn(sample.prompts, sample.score, { l2: 1e-3 });
    const fresh = texts(30, 2);
    fresh.prompts.forEach((text, i) => {
      const quality = qualityOf(state, text);
      expect(quality.indexOf(Math.max(...quality))).toBe(fresh.topicOf[i]);
    });
  });

  test("gives a text without a known n-gram the base rates of the average training text", () => {
    const state = fitOn(sample.prompts, sample.score, { l2: 1e-1 });
    for (const text of ["", "  ", "ΩΩΩ"]) {
      const quality = qualityOf(state, text);
      expect(quality[0]).toBeCloseTo(1 / 3, 1);
      expect(quality[3]).toBeLessThan(0.1);
    }
  });

  test("knows nothing of a model that was never scored", () => {
    const score = sample.score.map((line) => [...line.slice(0, 3), NaN]);
    expect(qualityOf(fitOn(sample.prompts, score), sample.prompts[0]!)[3]).toBeNaN();
  });

  test("the penalty means the same whatever the length of the projected texts", () => {
    const short = fitOn(sample.prompts, sample.score, { rank: 2, l2: 1e-2 });
    const long = fitOn(sample.prompts, sample.score, { rank: 64, l2: 1e-2 });
    const spread = (state: TextLinearState): number => Math.max(...qualityOf(state, sample.prompts[0]!));
    expect(spread(short)).toBeGreaterThan(0.4);
    expect(spread(long)).toBeGreaterThan(0.4);
  });

  test("a state that went through JSON-like plain data decides the same", () => {
    const state = fitOn(sample.prompts, sample.score);
    const copy = structuredClone(state);
    for (const text of sample.prompts.slice(0, 10)) expect(qualityOf(copy, text)).toEqual(qualityOf(state, text));
  });
});
