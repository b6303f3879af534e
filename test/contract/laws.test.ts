/** Laws that hold for all routers they concern, by the registry (routers.md §9.8 and §9.9). */
import { describe, expect, test } from "vitest";
import type { FittedRouter } from "../../src/core/fitted-router.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Router } from "../../src/core/router.ts";
import { budgetPolicy, predictedSpendUsd } from "../../src/experiment/budget.ts";
import { estimateView } from "../../src/experiment/choose.ts";
import { fitMaterial, fitRouter } from "../../src/experiment/fit-router.ts";
import { availability, queryView } from "../../src/experiment/query-view.ts";
import type { QueryView } from "../../src/experiment/query-view.ts";
import { replayPolicy } from "../../src/experiment/replay.ts";
import { tradesQuality } from "../../src/experiment/sweep.ts";
import { mean } from "../../src/math/stats.ts";
import { routerByName, routers } from "../../src/routers/registry.ts";
import { islandEach } from "../support/known-answers.ts";
import { madeUpFingerprint, oneExpert, tableOf, withAnswers } from "../support/tables.ts";
import type { Sample } from "../support/tables.ts";

const honest = routers.filter(({ cheats }) => cheats === false);
const namesOf = (chosen: readonly Router[]): string[] => chosen.map(({ name }) => name);

/** Fitted on the first two thirds with its default options, the last sixth of all to validate on; and a view of the rest. */
function fitOn(
  name: string,
  { table, vectors }: Sample,
): { fitted: FittedRouter; view: QueryView; validation: QueryView } {
  const n = table.prompts.length;
  const all = Int32Array.from(table.prompts.keys());
  const train = all.slice(0, Math.floor((2 * n) / 3));
  const rows = { train, validation: train.slice(Math.floor(n / 2)), unavailable: availability(table) };
  const named = routerByName(name);
  const material = fitMaterial(table, rows, { vectors, fingerprint: madeUpFingerprint }, { seed: 42 });
  const { fitted } = fitRouter({ ...named, router: { ...named.router, search: {} } }, material);
  return {
    fitted,
    view: queryView(table, all.slice(train.length), vectors, rows.unavailable),
    validation: material.validation,
  };
}

const experts = oneExpert({ queries: 150, seed: 4 });

describe("of two models with the same scores the dearer one is not asked", () => {
  // Four experts, and the first of them again at a hundredth of its price.
  const m = 4;
  const { data } = experts.table.score;
  const rows = experts.table.prompts.map((_, i) => i);
  const table = withAnswers(
    tableOf({
      models: ["dearer", "m1", "m2", "m3", "twin"],
      datasetOf: rows.map((i) => experts.table.datasets[experts.table.datasetOf[i]!]!.dataset),
      score: rows.map((i) => [...data.subarray(i * m, (i + 1) * m), data[i * m]!]),
      costUsd: rows.map(() => [0.01, 0.002, 0.003, 0.004, 0.0001]),
    }),
  );
  const exempt = ["random", "priciest"];
  // Each model of theirs starts from a random vector of its own; what training leaves of it tells twins apart.
  const unequalTwins = ["embedllm-mf", "irt", "mlp", "graphrouter", "routerdc"];
  const policies: readonly Policy[] = [
    { kind: "argmax" },
    { kind: "costWeight", lambda: 20 },
    { kind: "costWeight", lambda: Infinity },
    { kind: "floor", ratio: 0.9 },
  ];

  test.each(namesOf(honest).filter((name) => !exempt.includes(name)))("by %s", (name) => {
    const { fitted, view } = fitOn(name, { table, vectors: experts.vectors });
    const estimates = estimateView(fitted, view);
    const priced = policies.filter(({ kind }) => kind === "costWeight");
    for (const policy of unequalTwins.includes(name) ? priced : [...policies, fitted.policy]) {
      expect(replayPolicy(fitted, view, policy, estimates).chosen, policy.kind).not.toContain(0);
    }
  });
});

describe("the share of strong calls never falls as the bar rises", () => {
  const sample = islandEach(150);

  test.each(namesOf(honest.filter(({ operatingPolicy }) => operatingPolicy === "threshold")))("by %s", (name) => {
    const { fitted, view } = fitOn(name, sample);
    const estimates = estimateView(fitted, view);
    const shares = Array.from({ length: 41 }, (_, i) => {
      const { chosen } = replayPolicy(fitted, view, { kind: "threshold", threshold: i / 40 }, estimates);
      return chosen.reduce((sum, column) => sum + column, 0);
    });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeGreaterThan(shares[0]!);
  });
});

describe("a budget is kept on validation", () => {
  const { table, vectors } = experts;
  const sample = { table: withAnswers(table), vectors };

  test.each(namesOf(honest))("by %s, or refused in words", (name) => {
    const { fitted, validation } = fitOn(name, sample);
    const estimates = estimateView(fitted, validation);
    const isCascade = fitted.router.operatingPolicy === "budget";
    const heeds =
      isCascade || (fitted.router.operatingPolicy === "argmax" && tradesQuality(fitted) && name !== "random");
    if (!heeds) {
      expect(() => budgetPolicy(fitted, validation, estimates, 0.002)).toThrow("budget");
      return;
    }
    for (const budgetUsd of [0.0015, 0.002, 0.003, 0.01]) {
      let policy: Policy;
      try {
        policy = budgetPolicy(fitted, validation, estimates, budgetUsd);
      } catch (error) {
        expect((error as Error).message).toContain("is out of reach");
        expect(budgetUsd).toBeLessThan(0.01);
        continue;
      }
      // What a cascade spends depends on the answers: it is replayed, and prompts differ.
      const spentUsd = isCascade
        ? mean(replayPolicy(fitted, validation, policy, estimates).costUsd) / 1.1
        : predictedSpendUsd(fitted, validation, estimates, policy);
      expect(spentUsd, `of ${budgetUsd} USD`).toBeLessThanOrEqual(budgetUsd * (1 + 1e-9));
    }
  });
});
