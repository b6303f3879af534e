/** Lines to study a table by: a scale from random to the oracle, and a cascade whose scorer errs at a given rate. */
import { describe, expect, test } from "vitest";
import type { Replay } from "../core/metric.ts";
import { compareRouters, chooseRouters } from "../experiment/compare.ts";
import { runSeed } from "../experiment/seed-run.ts";
import { seededRandom } from "../math/random.ts";
import { mean } from "../math/stats.ts";
import { givenEncoder, oneExpert, tableOf } from "../../test/support/tables.ts";
import { routerByName, routers } from "./registry.ts";

const prices = [0.01, 0.001, 0.005, 0.02];
const random = seededRandom("diagnostics");
const table = tableOf({
  score: Array.from({ length: 400 }, () => prices.map(() => random.below(2))),
  costUsd: Array.from({ length: 400 }, () => prices.map((usd) => usd * (1 + random.uniform() / 1000))),
});

function noVectors(): never {
  throw new Error("no router here reads vectors");
}

type Wanted = [name: string, fixed?: Record<string, unknown>];

/** Replays on the test part, fitted as in a comparison. */
async function replaysOf(...wanted: Wanted[]): Promise<Replay[]> {
  const { routers: runs } = await runSeed(table, noVectors, {
    split: { mode: "native", trainRatio: 0.5, ood: [] },
    routers: wanted.map(([name, fixed]) => routerByName(name, fixed)),
    seed: 42,
  });
  return runs.map(({ replay }) => replay);
}

function expectSame(replay: Replay, other: Replay): void {
  replay.score.forEach((score, i) => expect(score).toBeCloseTo(other.score[i]!, 12));
  replay.costUsd.forEach((cost, i) => expect(cost).toBeCloseTo(other.costUsd[i]!, 12));
}

describe("oracle-mix", () => {
  test("is random at p = 0 and the oracle at p = 1", async () => {
    const [none, all, expected, oracle] = await replaysOf(
      ["oracle-mix", { share: 0 }],
      ["oracle-mix", { share: 1 }],
      ["random"],
      ["oracle"],
    );
    expectSame(none!, expected!);
    expectSame(all!, oracle!);
  });

  test("between them it is p of the one and 1 − p of the other", async () => {
    const [quarter, expected, oracle] = await replaysOf(["oracle-mix/quarter"], ["random"], ["oracle"]);
    const mixed = (which: "score" | "costUsd"): Float64Array =>
      expected![which].map((value, i) => 0.75 * value + 0.25 * oracle![which][i]!);
    expectSame(quarter!, { ...quarter!, score: mixed("score"), costUsd: mixed("costUsd") });
  });
});

describe("oracle-cascade", () => {
  test("without errors it is right wherever a model is, and pays for every call up to the first right one", async () => {
    const [cascade, oracle] = await replaysOf(["oracle-cascade"], ["oracle"]);
    expect([...cascade!.score]).toEqual([...oracle!.score]);
    const rising = [1, 2, 0, 3];
    const asked = Array.from(cascade!.score, (_, i) => 1 + cascade!.followUps!.filter((step) => step[i]! >= 0).length);
    cascade!.costUsd.forEach((cost, i) => {
      const plain = rising.slice(0, asked[i]).reduce((sum, column) => sum + prices[column]!, 0);
      expect(cost / plain).toBeCloseTo(1, 2);
    });
    expect(new Set(asked)).toEqual(new Set([1, 2, 3, 4]));
    expect([...cascade!.chosen].every((column) => column === 1)).toBe(true);
  });

  test("loses accuracy with the rate of errors, and is no better than its scorer allows", async () => {
    const rates = [0, 0.1, 0.2, 0.5, 1];
    const replays = await replaysOf(...rates.map((errorRate): Wanted => ["oracle-cascade", { errorRate }]));
    const accuracies = replays.map(({ score }) => mean([...score]));
    accuracies.slice(1).forEach((accuracy, r) => expect(accuracy).toBeLessThan(accuracies[r]!));
    // A scorer that is always wrong accepts wrong answers only; the last model is right where all are.
    expect(accuracies.at(-1)).toBeLessThan(0.2);
  });

  test("a preset is its rate", () => {
    expect(routerByName("oracle-cascade/error-20").fixed).toEqual({ errorRate: 0.2 });
  });
});

describe("diagnostics", () => {
  const diagnostics = routers.filter(({ diagnostic }) => diagnostic);

  test("are compared only when named", () => {
    const names = diagnostics.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["bradley-terry", "linucb", "oracle-mix", "oracle-cascade"]));
    const labels = (routers?: string[]): string[] => chooseRouters({ routers }).map(({ label }) => label);
    expect(labels().filter((label) => names.includes(label))).toEqual([]);
    expect(labels(["oracle-mix/quarter"])).toContain("oracle-mix/quarter");
  });

  test("are never ranked nor named, however good", async () => {
    const sample = oneExpert({ queries: 90, seed: 1 });
    const { verdict, findings, pairwise, frontier } = await compareRouters(sample.table, {
      split: { mode: "native", trainRatio: 0.7, ood: [] },
      seeds: [42],
      encoder: givenEncoder(sample),
      name: "made up",
      warnings: [],
      reproduce: "none",
      draws: 200,
      threads: 0,
      routers: ["linear", ...diagnostics.map(({ name }) => name)],
    });
    expect(JSON.stringify({ verdict, findings, pairwise, frontier })).not.toContain("oracle-");
  });
});
