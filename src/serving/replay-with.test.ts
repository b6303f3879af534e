import { describe, expect, test } from "vitest";
import { servingFit, servingTable } from "../../test/support/serving-fits.ts";
import { seededRandom } from "../math/random.ts";
import { clusteredMean } from "./clustered-mean.ts";
import { createRouter } from "./create-router.ts";
import { decisionRecord } from "./decision-record.ts";
import type { LoggedDecision } from "./read-decision-log.ts";
import { replayWith } from "./replay-with.ts";

const table = servingTable();
const near = await servingFit("knn", table);
const thrifty = await servingFit("cheapest", table);
const never = new AbortController().signal;

/** What a router decided on the table's prompts; each answer scored as the table says. */
async function logOf(router: typeof near, change: Partial<LoggedDecision> = {}): Promise<LoggedDecision[]> {
  const opened = await createRouter({ router });
  const lines = table.prompts.map(async (prompt, i) => {
    const decision = await opened.route(prompt);
    const column = table.models.findIndex(({ id }) => id === decision.model);
    const outcome = { costUsd: 0.001, inputTokens: 10, outputTokens: 2, latencyMs: 5, content: { prompt, answer: "" } };
    const record = await decisionRecord(decision, { requestId: `r${i}`, at: "", model: decision.model, ...outcome });
    return { ...record, score: table.score.data[i * table.models.length + column] ?? NaN, ...change };
  });
  return await Promise.all(lines);
}

describe("another router on a log", () => {
  test("that is the same router chooses nothing otherwise, and expects no difference", async () => {
    const found = await replayWith(near, await logOf(near), never);
    expect(found).toMatchObject({ decisions: 80, withoutContent: 0, withoutModel: 0 });
    expect([found.otherwise.mean, found.expectedScore.mean, found.expectedCostUsd.mean]).toEqual([0, 0, 0]);
    expect(found.scoreWhereItAgrees.count).toBe(80);
  });

  test("says what it expects of its own choices against the logged ones, with intervals", async () => {
    const found = await replayWith(near, await logOf(thrifty), never);
    const strong = found.models["strong"] ?? 0;
    expect(found.otherwise.mean).toBeCloseTo(strong / 80, 12);
    expect(strong).toBeGreaterThan(30);
    // "cheap" fails on maths, where "strong" is right, at ten times the price.
    expect(found.expectedScore.mean).toBeGreaterThan(0.3);
    expect(found.expectedScore.ci95[0]).toBeGreaterThan(0.2);
    expect(found.expectedCostUsd.mean).toBeCloseTo((strong / 80) * 0.009, 6);
    // Its expectations come from these very answers.
    expect(Math.abs(found.scoreBeyondExpected.mean)).toBeLessThan(0.1);
    // Only where it would have asked "cheap", too, is a score known.
    expect(found.scoreWhereItAgrees.count).toBe(80 - strong);
  });

  test("tells the decisions that differ where the request, its session or a fallback had bent the logged rule", async () => {
    const log = await logOf(thrifty);
    const differing = (await replayWith(near, log, never)).otherwise.mean * 80;
    expect((await replayWith(near, log, never)).otherwiseUnder).toEqual({ decisions: 0, by: {} });
    const bent = log.map((one, i) => ({ ...one, controls: ["policy"], fallback: i % 2 === 0 ? "drift" : null }));
    const { otherwiseUnder } = await replayWith(near, bent, never);
    expect(otherwiseUnder).toMatchObject({ decisions: differing, by: { policy: differing } });
    expect(otherwiseUnder.by["fallback"]).toBeLessThan(differing);
    expect((await replayWith(thrifty, bent, never)).otherwiseUnder.decisions).toBe(0);
  });

  test("chooses nobody who could not be asked then, and leaves out what it cannot know", async () => {
    const log = await logOf(thrifty, { gated: ["strong"] });
    expect((await replayWith(near, log, never)).models["strong"]).toBeUndefined();
    const [silent, shut] = [
      { ...log[0]!, content: null },
      { ...log[1]!, gated: ["cheap", "middle", "strong"] },
    ];
    const found = await replayWith(near, [silent, shut, ...log.slice(2)], never);
    expect(found).toMatchObject({ decisions: 78, withoutContent: 1, withoutModel: 1 });
  });

  test("expects no score where it only ranks, and says so by not knowing", async () => {
    const found = await replayWith(thrifty, await logOf(near), never);
    expect(found.expectedScore).toEqual({ count: 0, mean: NaN, ci95: [NaN, NaN] });
    expect(found.expectedCostUsd.mean).toBeLessThan(0);
  });

  test("that is a cascade is refused: a log does not hold the answers it looks at", async () => {
    const cascade = await servingFit("frugalgpt", table);
    await expect(replayWith(cascade, await logOf(near), never)).rejects.toThrow(/several models/);
  });
});

describe("a mean over clusters", () => {
  test("has an interval that holds the truth as often as it says, where clusters repeat", () => {
    const repeats = 120;
    let held = 0;
    for (let r = 0; r < repeats; r++) {
      const random = seededRandom("clusters", r);
      const observations = Array.from({ length: 60 }, (_, c) => {
        const value = random.uniform();
        return Array.from({ length: 1 + random.below(6) }, () => ({ cluster: `${c}`, value }));
      }).flat();
      const [low, high] = clusteredMean(observations).ci95;
      held += Number(low <= 0.5 && 0.5 <= high);
    }
    expect(held / repeats).toBeGreaterThan(0.87);
  });

  test("of one cluster has no interval, of none no mean", () => {
    const one = [1, 2].map((value) => ({ cluster: "a", value }));
    expect(clusteredMean(one)).toEqual({ count: 2, mean: 1.5, ci95: [NaN, NaN] });
    expect(clusteredMean([{ cluster: "a", value: NaN }])).toEqual({ count: 0, mean: NaN, ci95: [NaN, NaN] });
  });
});
