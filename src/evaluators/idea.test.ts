/** SGI-Bench's research answers and ideas. */
import { describe, expect, test } from "vitest";
import { sgibenchDeepResearch } from "../datasets/sgibench-deepresearch.ts";
import { sgibenchIdeaGeneration } from "../datasets/sgibench-ideageneration.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { ScoreResult } from "../core/evaluator.ts";
import { cannedJudge } from "../scoring/canned-judge.ts";
import { noEncoder } from "../scoring/no-encoder.ts";
import { scoreAnswer } from "../scoring/score-answer.ts";
import { planSimilarity } from "./idea/plan-similarity.ts";
import { pythonLiteral } from "./text/python-literal.ts";

async function scored(dataset: DatasetDefinition, response: string, judge: readonly string[]): Promise<ScoreResult> {
  const { truth, record } = dataset.toItem(dataset.example, 1);
  return await scoreAnswer(dataset, { response, truth, record }, { judge: cannedJudge(judge), encoder: noEncoder });
}

const research = (response: string, ...judge: string[]): Promise<ScoreResult> =>
  scored(sgibenchDeepResearch, response, judge);
const steps = (...verdicts: string[]): string => `[${verdicts.map((judge) => `{"judge": "${judge}"},`).join("")}]`;

describe("a research answer", () => {
  test.each([
    ["<answer>0.25</answer>", [steps("correct")], 1],
    ["<answer>0.250</answer>", [steps("correct")], 1],
    ["A quarter.", ["0.25", steps("correct")], 1],
    ["<answer>0.26</answer>", ["0.26", steps("correct")], 0],
  ])("%j scores by its value, or by its form put right", async (response, judge, score) => {
    expect(await research(response, ...judge)).toMatchObject({ status: "scored", score });
  });

  test("has the share of its right steps beside, a comma too many read; prose is not graded, and no 0", async () => {
    const judged = await research("<answer>0.25</answer>", steps("correct", "incorrect"));
    expect(judged.parts).toEqual({ "steps right": 0.5 });
    expect((await research("<answer>0.25</answer>", "All good.")).parts).toEqual({ "steps right": NaN });
  });

  test("is unscored when the judge cannot bring it into form", async () => {
    expect(await research("A quarter.", "")).toMatchObject({ status: "judge-error", score: NaN });
  });
});

const idea = JSON.stringify({
  Idea: "x".repeat(300),
  ImplementationSteps: { 1: "collect data", 2: "train a model" },
  ImplementationOrder: ["1-2"],
  Dataset: "open yields",
  EvaluationMetrics: { MAE: "lower" },
  ExpectedOutcome: "better",
});
const sides = (side: string): string =>
  JSON.stringify({ effectiveness: side, novelty: side, detailedness: side, feasibility: side });

describe("an idea", () => {
  test("wins a dimension by more than three of six votes, novelty by more than four", async () => {
    const judge = ["B", "A", "B", "A", "A", "B"].map(sides);
    const { parts } = await scored(sgibenchIdeaGeneration, idea, judge);
    expect(parts).toEqual({ effectiveness: 0.5, novelty: 0, detailedness: 1, feasibility: 1 });
  });

  test("is unscored when one of the six votes is missing, and without an encoder", async () => {
    const judge = ["B", "A", "B", "A", "B"].map(sides);
    expect(await scored(sgibenchIdeaGeneration, idea, [...judge, "hm"])).toMatchObject({
      status: "judge-error",
      score: NaN,
    });
    const { truth, record } = sgibenchIdeaGeneration.toItem(sgibenchIdeaGeneration.example, 1);
    const answered = { response: idea, truth, record };
    expect(await scoreAnswer(sgibenchIdeaGeneration, answered, { judge: cannedJudge([sides("B")]) })).toMatchObject({
      status: "unsupported",
      score: NaN,
    });
  });

  test("that is none scores 0", async () => {
    expect(await scored(sgibenchIdeaGeneration, "no plan", [])).toMatchObject({ status: "unparseable", score: 0 });
  });
});

test("plans are alike by their edges and their words", () => {
  const plan = (order: readonly string[], ...said: string[]): object => ({
    ImplementationSteps: Object.fromEntries(said.map((step, i) => [String(i + 1), step])),
    ImplementationOrder: order,
  });
  const whole = plan(["1-2", "2-3"], "a", "b c", "d");
  expect(planSimilarity(whole, plan(["1", "2", "3"], "a", "b c", "d"))).toBeCloseTo(1, 12);
  // One edge of two, and all words.
  expect(planSimilarity(whole, plan(["1-2"], "a", "b c", "d"))).toBeCloseTo(0.6 * 0.5 + 0.4, 12);
  expect(planSimilarity(whole, {})).toBe(0);
});

test.each([
  ["{'a': \"it's\", 'b': [1, -2.5, None], 'c': (True,)}", { a: "it's", b: [1, -2.5, null], c: [true] }],
  ["['1-2', '2\\n3']", ["1-2", "2\n3"]],
  ["{}", {}],
  ["__import__('os')", undefined],
  ["{'a': ", undefined],
  ["[".repeat(200), undefined],
])("%j is read as a Python literal, never run", (text, value) => {
  expect(pythonLiteral(text)).toEqual(value);
});
