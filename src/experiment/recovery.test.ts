/** What routers must find where the answer is known, and must not find where there is nothing (routers.md §9). */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import { availability, queryView } from "./query-view.ts";
import { mean } from "../math/stats.ts";
import { avgAcc } from "../metrics/accuracy.ts";
import { routerByName, routers } from "../routers/registry.ts";
import {
  allAlike,
  givenEncoder,
  givenVectors,
  noisy,
  oneExpert,
  tableOf,
  twoIslands,
  withAnswers,
} from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { decide } from "../core/fitted-router.ts";
import { compareRouters } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import { runSeed } from "./seed-run.ts";

const split = { mode: "native", trainRatio: 0.7, ood: [] } as const;

function compareOn(sample: Sample, options: Partial<CompareOptions> = {}): ReturnType<typeof compareRouters> {
  return compareRouters(sample.table, {
    split,
    seeds: [42, 999, 2024],
    encoder: givenEncoder(sample),
    name: "made up",
    warnings: [],
    reproduce: "none",
    draws: 1200,
    threads: 0,
    ...options,
  });
}

/** AvgAcc on the test part, per router. */
async function accuracyOn(sample: Sample, labels: readonly string[], seed = 42): Promise<Map<string, number>> {
  const named = labels.map((label) => {
    const [name = "", options] = label.split(" ");
    return { ...routerByName(name, options ? (JSON.parse(options) as Record<string, unknown>) : {}), label };
  });
  const run = await runSeed(sample.table, givenVectors(sample), { split, routers: named, seed });
  const datasetOf = Int32Array.from(run.split.test, (r) => sample.table.datasetOf[r]!);
  return new Map(run.routers.map(({ label, replay }) => [label, avgAcc(replay.score, datasetOf, 3)]));
}

// That all routers which can find the experts do is in known-answers.test.ts.
test("where each island has its expert the comparison says that a router beats the best single model", async () => {
  const report = await compareOn(oneExpert({ queries: 200, seed: 1 }), { routers: ["knn"] });
  expect(report.verdict).toMatch(/^knn beats the best single model \(model-\d\) by \+/);
});

describe("where all models are alike", () => {
  const lines = ["random", "cheapest", "priciest", "best-single"];

  test("none beats best single by more than noise, and the verdict says so", async () => {
    const report = await compareOn(allAlike({ queries: 400, seed: 2 }));
    expect(report.verdict).toContain("no router beats the best single model");
    const ranked = report.routers.filter(({ cheats, name }) => cheats === false && !lines.includes(name));
    expect(ranked.map(({ name }) => name)).toEqual(expect.arrayContaining(["knn", "hybridllm", "frugalgpt", "auto"]));
    for (const row of ranked) {
      expect(row.deltaBestSingle.ci95![0]).toBeLessThanOrEqual(0.01);
      expect(row.deltaBestSingle.pAdjusted).toBeGreaterThan(0.05);
    }
  });
});

test("where scores are noisy, shrunken clusters do at least as well as unshrunken ones", async () => {
  const settings = { raw: 'avengers {"clusters":64,"shrink":0,"topK":1}', shrunk: 'avengers {"clusters":64,"topK":1}' };
  const gains: number[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const sample = noisy(0.35)({ queries: 300, seed });
    const accuracy = await accuracyOn(sample, Object.values(settings), seed);
    gains.push(accuracy.get(settings.shrunk)! - accuracy.get(settings.raw)!);
  }
  expect(mean(gains)).toBeGreaterThanOrEqual(0);
});

test("a table of half scores has an AvgAcc of exactly one half in every line, the oracle's included", async () => {
  const { table, vectors } = allAlike({ queries: 60, seed: 3 });
  const halves = withAnswers({ ...table, score: { ...table.score, data: table.score.data.map(() => 0.5) } });
  const named = routers.map(({ name }) => name);
  const report = await compareOn({ table: halves, vectors }, { seeds: [42], routers: named });
  expect(report.routers.map(({ name, avgAcc: { mean: value } }) => [name, value])).toEqual(
    named.map((name) => [name, 0.5]),
  );
});

describe("dominance", () => {
  // Four models of coarse scores and prices, so that ties abound; the fifth is nowhere worse or dearer than the first.
  const line = fc.record({
    scores: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 3, maxLength: 3 }),
    bonus: fc.constantFrom(0, 0, 0, 0.5),
    discount: fc.constantFrom(1, 1, 0.5),
  });
  const lines = fc.array(line, { minLength: 20, maxLength: 40 });

  test.each(["knn", "avengers", "avengers-pro", "best-single"])(
    "%s never chooses a model where one at least as good and as cheap everywhere is there",
    (label) => {
      fc.assert(
        fc.property(lines, fc.nat(100), (rows, seed) => {
          const base = twoIslands({ queries: rows.length, seed });
          const prices = [0.002, 0.001, 0.003];
          const table = tableOf({
            models: ["dominated", "m1", "m2", "a-dominating"],
            score: rows.map(({ scores, bonus }) => [...scores, Math.min(1, scores[0]! + bonus)]),
            costUsd: rows.map(({ discount }) => [...prices, prices[0]! * discount]),
          });
          expect(chosenBy(label, { table, vectors: base.vectors })).not.toContain(0);
        }),
        { numRuns: 40 },
      );
    },
  );

  test("linear never chooses the dearer of two models with the same scores", () => {
    fc.assert(
      fc.property(lines, fc.nat(100), (rows, seed) => {
        const table = tableOf({
          models: ["dearer", "m1", "m2", "twin"],
          score: rows.map(({ scores }) => [...scores, scores[0]!]),
          costUsd: rows.map(() => [0.002, 0.001, 0.003, 0.0015]),
        });
        const sample = { table, vectors: twoIslands({ queries: rows.length, seed }).vectors };
        expect(chosenBy("linear", sample)).not.toContain(0);
      }),
      { numRuns: 15 },
    );
  });

  /** Columns chosen for every row by a router fitted on all rows, under argmax and two cost weights. */
  function chosenBy(label: string, { table, vectors }: Sample): Set<number> {
    const rows = Int32Array.from(table.prompts.keys());
    const named = routerByName(label);
    const material = fitMaterial(
      table,
      { train: rows, validation: new Int32Array(0), unavailable: availability(table) },
      { vectors, fingerprint: null },
      { seed: 1 },
    );
    const { fitted } = fitRouter({ ...named, router: { ...named.router, search: {} } }, material);
    const view = queryView(table, rows, vectors, []);
    const chosen = new Set<number>();
    for (const policy of [
      { kind: "argmax" },
      { kind: "costWeight", lambda: 100 },
      { kind: "costWeight", lambda: Infinity },
    ] as const) {
      for (let i = 0; i < rows.length; i++) chosen.add(decide(fitted, view.query(i, false), policy).order[0]!);
    }
    return chosen;
  }
});
