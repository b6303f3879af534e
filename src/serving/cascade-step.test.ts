import { expect, test } from "vitest";
import { servingFit } from "../../test/support/serving-fits.ts";
import { tableOf, withAnswers } from "../../test/support/tables.ts";
import { queryView } from "../experiment/query-view.ts";
import { decideRow, estimateView } from "../experiment/choose.ts";
import { replayPolicy } from "../experiment/replay.ts";
import { cascadeSteps } from "./cascade-step.ts";
import type { CascadeStep } from "./decider.ts";
import { heldAnswer } from "./held-answer.ts";

/** Two cheap models that agree exactly where both are right, and a dear one that always is. */
const score = Array.from({ length: 40 }, (_, i) => [Number(i % 4 !== 0), Number(i % 4 !== 1), 1]);
const table = withAnswers(
  tableOf({ score, models: ["a", "b", "dear"], costUsd: score.map(() => [0.001, 0.001, 0.02]) }),
);
const ids = table.models.map(({ id }) => id);
const { fitted } = await servingFit("agreement", table);
const ample = { kind: "argmax" } as const;

/** Carries a cascade out on recorded answers; gives whom it asked, the accepted one last. */
function carriedOut(first: CascadeStep, answer: (model: string) => string | undefined): string[] {
  const asked: string[] = [];
  let step: CascadeStep | "accept" = first;
  while (step !== "accept") {
    asked.push(step.model);
    const text = answer(step.model);
    step = step.next(text === undefined ? undefined : { text, completionTokens: 10 });
  }
  return asked;
}

test("carried out on recorded answers it asks whom the benchmark's replay asks and accepts the same", () => {
  const view = queryView(table, Int32Array.from(table.prompts.keys()), undefined, []);
  const estimates = estimateView(fitted, view);
  const replay = replayPolicy(fitted, view, ample, estimates);
  table.prompts.forEach((_, i) => {
    const decision = decideRow(fitted, view, i, ample, estimates);
    const first = cascadeSteps(decision, ids)!;
    expect(decision.order).toHaveLength(3);
    const asked = carriedOut(first, (model) => `Answer: ${table.prediction(i, ids.indexOf(model))}`);
    const followUps = (replay.followUps ?? []).map((column) => column[i]!).filter((column) => column >= 0);
    expect(asked).toEqual([replay.chosen[i]!, ...followUps].map((column) => ids[column]));
  });
});

test("a step without an answer is never accepted, and the last one always is", () => {
  const decision = { order: [0, 1, 2], estimate: { quality: new Float64Array(3), costUsd: new Float64Array(3) } };
  const first = cascadeSteps({ ...decision, accept: () => true }, ids)!;
  expect(carriedOut(first, () => undefined)).toEqual(ids.slice(0, 3));
  expect(carriedOut(first, () => "yes")).toEqual(ids.slice(0, 1));
  expect(first.isLast).toBe(false);
});

test("a decision for one model is no cascade", () => {
  expect(
    cascadeSteps({ order: [1], estimate: { quality: new Float64Array(3), costUsd: new Float64Array(3) } }, ids),
  ).toBe(undefined);
});

test.each([
  ["<think>perhaps 41</think>So it is \\boxed{42}.", "42"],
  ["Let me see.\nAnswer: B", "B"],
  ["Paris", "Paris"],
  ["<think>never ended", ""],
])("of %j a cascade reads %j", (response, read) => {
  expect(heldAnswer(response)).toBe(read);
});
