import { describe, expect, test } from "vitest";
import type { FittedRouter } from "../core/fitted-router.ts";
import { tieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import { defineRouter } from "../core/router.ts";
import type { Answer, Router } from "../core/router.ts";
import { z } from "zod";
import { tableOf } from "../../test/support/tables.ts";
import type { LiteralTable } from "../../test/support/tables.ts";
import { answeredBy } from "../metrics/selection-share.ts";
import { waits } from "./analyses/latency.ts";
import { estimateView } from "./choose.ts";
import { queryView } from "./query-view.ts";
import type { QueryView } from "./query-view.ts";
import { replayPolicy } from "./replay.ts";

const literal: LiteralTable = {
  models: ["small", "large"],
  score: [
    [1, 1],
    [0, 1],
    [0, 0],
  ],
  costUsd: [
    [0.001, 0.01],
    [0.002, 0.02],
    [0.003, 0.03],
  ],
  answers: [
    ["sure", "yes"],
    ["perhaps", "yes"],
    ["sure", "no"],
  ],
};

function viewOf(facts: LiteralTable): QueryView {
  const table = tableOf(facts);
  return queryView(table, Int32Array.from(table.prompts.keys()), undefined, []);
}

/** Asks small, reads its answer, and goes on to large unless it is sure. */
function cascade(seen: Answer[] = []): Router {
  return defineRouter<object, { quality: Float64Array }>({
    name: "toy-cascade",
    summary: "small first",
    source: "this test",
    options: z.strictObject({}),
    fit: () => ({ quality: Float64Array.of(0, 1) }),
    estimate: ({ quality }) => ({ quality, costUsd: quality }),
    decide: ({ quality }) => ({
      order: [0, 1],
      estimate: { quality, costUsd: quality },
      accept(_step, answer) {
        seen.push(answer);
        return answer.text === "sure";
      },
    }),
  });
}

function bind(router: Router, { table }: QueryView): FittedRouter {
  return {
    router,
    label: router.name,
    options: {},
    state: router.fit({} as never, {}, {} as never),
    models: table.models,
    ties: tieOrder(table.models, new Float64Array(table.models.length)),
    policy: argmax,
    seed: 1,
    embedding: null,
    search: [],
    provenance: {},
  };
}

describe("a cascade", () => {
  function replayCascade(facts: LiteralTable, seen?: Answer[]): ReturnType<typeof replayPolicy> {
    const view = viewOf(facts);
    const fitted = bind(cascade(seen), view);
    return replayPolicy(fitted, view, argmax, estimateView(fitted, view));
  }

  test("is billed for every model it asks, and scored on the answer it takes", () => {
    const { score, costUsd, chosen } = replayCascade(literal);
    expect([...score]).toEqual([1, 1, 0]);
    expect([...costUsd]).toEqual([0.001, 0.022, 0.003]);
    expect([...chosen]).toEqual([0, 0, 0]);
  });

  test("names whom it asked next, and nobody where it stopped", () => {
    const replay = replayCascade(literal);
    expect(replay.followUps!.map((step) => [...step])).toEqual([[-1, 1, -1]]);
    expect([...answeredBy(replay)]).toEqual([0, 1, 0]);
  });

  test("adds up the waits", () => {
    const { chosen, followUps = [] } = replayCascade(literal);
    expect([...waits([chosen, ...followUps], (i, column) => 10 * i + 1 + column)]).toEqual([1, 11 + 12, 21]);
  });

  test("goes on where a model has no record", () => {
    const score = [[NaN, 1], ...literal.score.slice(1)];
    const seen: Answer[] = [];
    expect(replayCascade({ ...literal, score }, seen).score[0]).toBe(1);
    expect(seen).toHaveLength(2);
  });

  test("sees the answer's text and length, never its score", () => {
    const seen: Answer[] = [];
    replayCascade(literal, seen);
    expect(seen.map(({ model, text }) => [model, text])).toEqual([
      [0, "sure"],
      [0, "perhaps"],
      [0, "sure"],
    ]);
    for (const answer of seen) expect(Object.keys(answer).toSorted()).toEqual(["completionTokens", "model", "text"]);
  });

  test("never accepts a failed call, and pays for it all the same", () => {
    const { score, costUsd, failedPicks } = replayCascade({ ...literal, failed: ["0,0"] });
    expect(score[0]).toBe(1);
    expect(costUsd[0]).toBeCloseTo(0.011, 12);
    expect(failedPicks).toBe(0);
  });
});

describe("a lottery", () => {
  const weighted = (lottery: readonly number[]): Router =>
    defineRouter<object, object>({
      name: "toy-lottery",
      summary: "three to one",
      source: "this test",
      options: z.strictObject({}),
      fit: () => ({}),
      estimate: () => ({ quality: Float64Array.of(0, 0), costUsd: Float64Array.of(0, 0) }),
      decide: () => ({
        order: [0],
        estimate: { quality: Float64Array.of(0, 0), costUsd: Float64Array.of(0, 0) },
        lottery: Float64Array.from(lottery),
      }),
    });

  test("replays to its exact expectation and names no column", () => {
    const view = viewOf(literal);
    const fitted = bind(weighted([0.75, 0.25]), view);
    const { score, costUsd, chosen } = replayPolicy(fitted, view, argmax, estimateView(fitted, view));
    expect([...score]).toEqual([1, 0.25, 0]);
    expect(costUsd[0]).toBeCloseTo(0.75 * 0.001 + 0.25 * 0.01, 12);
    expect([...chosen]).toEqual([-1, -1, -1]);
  });

  test("draws among the models that have a record", () => {
    const view = viewOf({
      ...literal,
      score: [
        [NaN, 1],
        [0, 1],
        [NaN, NaN],
      ],
    });
    const fitted = bind(weighted([0.75, 0.25]), view);
    const { score, missingPicks } = replayPolicy(fitted, view, argmax, estimateView(fitted, view));
    expect([...score]).toEqual([1, 0.25, 0]);
    expect(missingPicks).toBe(1);
  });
});
