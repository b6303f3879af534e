/** The lines routers are measured against: as routers they must say what the baselines of the metrics say. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Replay } from "../core/metric.ts";
import { selectTableRows } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { argmax } from "../core/policy.ts";
import { estimateView } from "../experiment/choose.ts";
import { fitMaterial, fitRouter } from "../experiment/fit-router.ts";
import { availability, queryView } from "../experiment/query-view.ts";
import { replayPolicy } from "../experiment/replay.ts";
import { runSeed } from "../experiment/seed-run.ts";
import { replayDatasetOracle, replayExpectedRandom, replayOracle } from "../metrics/baselines.ts";
import { allAlike, tableOf } from "../../test/support/tables.ts";
import { routerByName } from "./registry.ts";

const cell = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom(0, 0.25, 1), fc.integer({ min: 1, max: 999 })) },
  { weight: 1, arbitrary: fc.constant("missing" as const) },
  { weight: 1, arbitrary: fc.constant("failed" as const) },
);

/** Tables of two data sets with missing and failed cells; prices differ, so that no tie is left to names. */
const tables = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 8, maxLength: 16 }).map((rows) =>
  tableOf({
    datasetOf: rows.map((_, i) => (i % 2 === 0 ? "A" : "B")),
    score: rows.map((line) => line.map((c) => (c === "missing" ? NaN : c === "failed" ? 0 : c[0]))),
    costUsd: rows.map((line, i) =>
      line.map((c, j) => (c === "missing" ? NaN : c === "failed" ? 0 : c[1] / 1e4 + (3 * i + j) / 1e7)),
    ),
    failed: rows.flatMap((line, i) => line.flatMap((c, j) => (c === "failed" ? [`${i},${j}`] : []))),
  }),
);

function someRecordEachRow(table: OutcomeTable): boolean {
  return table.prompts.every((_, i) => [0, 1, 2].some((j) => !Number.isNaN(table.score.data[i * 3 + j]!)));
}

/** The router replayed on all rows, having been fitted on all rows. */
function replayOf(label: string, table: OutcomeTable): Replay {
  const rows = Int32Array.from(table.prompts.keys());
  const unavailable = availability(table);
  const material = fitMaterial(
    table,
    { train: rows, validation: new Int32Array(0), unavailable },
    { vectors: undefined, fingerprint: null },
    { seed: 1 },
  );
  const { fitted } = fitRouter(routerByName(label), material);
  const view = queryView(table, rows, undefined, unavailable);
  return replayPolicy(fitted, view, argmax, estimateView(fitted, view));
}

function expectSame(replay: Replay, baseline: Replay): void {
  expect(replay.score.length).toBe(baseline.score.length);
  replay.score.forEach((score, i) => expect(score).toBeCloseTo(baseline.score[i]!, 12));
  replay.costUsd.forEach((cost, i) => expect(cost).toBeCloseTo(baseline.costUsd[i]!, 12));
  expect(replay.missingPicks).toBe(baseline.missingPicks);
  expect(replay.failedPicks).toBe(baseline.failedPicks);
}

describe("random", () => {
  test("its lottery replays to the exact expectation of the baseline, holes and failures included", () => {
    fc.assert(
      fc.property(tables, (table) => {
        expectSame(replayOf("random", table), replayExpectedRandom(table));
      }),
    );
  });

  test("drawn, it meets the same query with the same model, and all models in the end", () => {
    const { table } = allAlike({ queries: 90, seed: 4 });
    const first = replayOf("random/drawn", table).chosen;
    expect([...replayOf("random/drawn", table).chosen]).toEqual([...first]);
    expect(new Set(first).size).toBe(4);
  });
});

describe("the oracles, on the test part of a comparison", () => {
  test.each([
    ["oracle", replayOracle],
    ["dataset-oracle", replayDatasetOracle],
  ])("%s replays to the baseline of the metrics, holes and failures included", async (label, baseline) => {
    await fc.assert(
      fc.asyncProperty(tables.filter(someRecordEachRow), async (table) => {
        const { split, routers } = await runSeed(table, noVectors, {
          split: { mode: "native", trainRatio: 0.5, ood: [] },
          routers: [routerByName(label)],
          seed: 42,
        });
        expectSame(routers[0]!.replay, baseline(selectTableRows(table, split.test)));
      }),
    );
  });
});

function noVectors(): never {
  throw new Error("no router here reads vectors");
}

describe("best-single", () => {
  const table = tableOf({
    // A has four prompts, B has one: m1 leads over prompts, m2 over data sets.
    datasetOf: ["A", "A", "A", "A", "B"],
    score: [
      [1, 1],
      [1, 1],
      [1, 0],
      [1, 0],
      [0, 1],
    ],
  });

  test("it is chosen by the average over data sets, not over prompts", () => {
    expect(new Set(replayOf("best-single", table).chosen)).toEqual(new Set([1]));
  });

  test("a model named by the user is taken, whatever it is worth, and an unknown one gets near names", () => {
    const named = routerByName("best-single", { model: "m1" });
    const rows = Int32Array.of(0, 1, 2, 3, 4);
    const material = fitMaterial(
      table,
      { train: rows, validation: new Int32Array(0), unavailable: [] },
      { vectors: undefined, fingerprint: null },
      { seed: 1 },
    );
    const view = queryView(table, rows, undefined, []);
    const { fitted } = fitRouter(named, material);
    expect(new Set(replayPolicy(fitted, view, argmax, estimateView(fitted, view)).chosen)).toEqual(new Set([0]));
    expect(() => fitRouter(routerByName("best-single", { model: "m3" }), material)).toThrow('Did you mean "m1"');
  });
});

test("cheapest and priciest go by the mean cost of answered calls; a failed call is not a cheap one", () => {
  const table = tableOf({
    score: [
      [1, 1, 0],
      [1, 1, 0],
    ],
    costUsd: [
      [0.002, 0.001, 0],
      [0.002, 0.004, 0.009],
    ],
    failed: ["0,2"],
  });
  expect([...replayOf("cheapest", table).chosen]).toEqual([0, 0]);
  expect([...replayOf("priciest", table).chosen]).toEqual([2, 2]);
});

test("every router and preset is found by name, and an unknown one gets near names", () => {
  expect(routerByName("avengers/reference").fixed).toMatchObject({ clusters: 30 });
  expect(() => routerByName("avenger")).toThrow('Did you mean "avengers"');
  expect(() => routerByName("avengers/refrence")).toThrow('Did you mean "reference"');
});
