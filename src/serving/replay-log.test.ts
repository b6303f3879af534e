import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { servingFit, servingTable, textOf } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openData } from "../store/open-data.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import { createRouter } from "./create-router.ts";
import { decisionRecord } from "./decision-record.ts";
import type { Outcome } from "./decision-record.ts";
import { readDecisionLog } from "./read-decision-log.ts";
import type { FeedbackCounts, LoggedDecision } from "./read-decision-log.ts";
import { logAsResults, trafficByRouter } from "./replay-log.ts";

const table = servingTable();
const router = await createRouter({
  router: { near: await servingFit("knn", table), thrifty: await servingFit("cheapest", table) },
  config: { shadow: "thrifty", split: { arms: { near: 3, thrifty: 1 } } },
});

/** A log of routed texts; each answer is scored 1 when the strong model gave it. */
async function logOf(count: number): Promise<string> {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const prompt = textOf("maths", i);
    // oxlint-disable-next-line no-await-in-loop
    const decision = await router.route(prompt, { session: `s${i}` });
    const outcome: Outcome = {
      requestId: `r${i}`,
      at: "2026-01-01T00:00:00Z",
      model: decision.model,
      content: { prompt, answer: "42" },
      costUsd: decision.costUsd,
      inputTokens: 10,
      outputTokens: 2,
      latencyMs: 5,
    };
    // oxlint-disable-next-line no-await-in-loop
    lines.push(JSON.stringify(await decisionRecord(decision, outcome)));
    lines.push(JSON.stringify({ kind: "feedback", requestId: `r${i}`, score: Number(decision.model === "strong") }));
  }
  return `${lines.join("\n")}\n`;
}

const log = await logOf(60);

async function fileOf(text: string): Promise<string> {
  const path = join(await temporaryFolder(), "log.jsonl");
  await writeFile(path, text);
  return path;
}

async function decisionsOf(text: string): Promise<readonly LoggedDecision[]> {
  return (await readDecisionLog([await fileOf(text)])).decisions;
}

function counts(lines: number): FeedbackCounts {
  return { lines, unmatched: 0, otherKey: 0 };
}

describe("a decision log", () => {
  test("takes a call's score from its own key or from a file without keys, and counts what it takes for no call", async () => {
    const [line = ""] = log.split("\n");
    const call = { key: "key_a", operation: "chat", stream: false, outcome: "answered", status: 200, code: "" };
    const decision = { ...JSON.parse(line), call: { ...call, firstTokenMs: null, failures: [] } } as {
      requestId: string;
    };
    const { requestId } = decision;
    const scored = async (...feedback: object[]): Promise<readonly [number, object]> => {
      const lines = [decision, ...feedback.map((one) => ({ kind: "feedback", requestId, ...one }))];
      const read = await readDecisionLog([await fileOf(`${lines.map((one) => JSON.stringify(one)).join("\n")}\n`)]);
      return [read.decisions[0]!.score, read.feedback];
    };
    expect(await scored({ score: 1 }, { score: 0.5, key: "key_a" })).toEqual([0.5, counts(2)]);
    expect(await scored({ score: 1 }, { score: 0, key: "key_b" })).toEqual([1, { ...counts(2), otherKey: 1 }]);
    expect(await scored({ score: 1, requestId: "sb-slip" })).toEqual([NaN, { ...counts(1), unmatched: 1 }]);
  });

  test("compares the arms of a split by what they chose, scored and cost, and with the shadow", async () => {
    const decisions = await decisionsOf(log);
    const [near, thrifty] = ["near", "thrifty"].map((name) =>
      trafficByRouter(decisions).find((one) => one.router === name),
    );
    expect(near!.decisions + thrifty!.decisions).toBe(60);
    expect(near!.decisions).toBeGreaterThan(thrifty!.decisions);
    expect(near).toMatchObject({
      scored: near!.decisions,
      shadowAgreement: (near!.models["cheap"] ?? 0) / near!.decisions,
    });
    expect(thrifty).toMatchObject({
      meanScore: 0,
      meanCostUsd: expect.closeTo(0.001, 9),
      models: { cheap: thrifty!.decisions },
    });
    expect(near!.meanScore).toBeCloseTo((near!.models["strong"] ?? 0) / near!.decisions, 12);
  });

  test("keeps calls for which the client named the router apart from those that were drawn", async () => {
    const drawn = (await decisionsOf(log)).map((one) => ({ ...one, score: 0.6 }));
    const named = drawn.map((one) => ({ ...one, router: "thrifty", arm: null, score: 0 }));
    const traffic = trafficByRouter([...drawn, ...named]);
    const of = (router: string, isArm: boolean) => traffic.find((one) => one.router === router && one.isArm === isArm);
    expect(traffic).toHaveLength(3);
    expect(of("near", true)?.meanScore).toBeCloseTo(0.6, 12);
    expect(of("thrifty", true)?.meanScore).toBeCloseTo(0.6, 12);
    expect(of("thrifty", false)).toMatchObject({ decisions: 60, meanScore: 0 });
  });

  test("charges a model with its own answer, not with the attempts and steps before it", async () => {
    const [one] = await decisionsOf(log);
    const costs = (change: object): unknown[] =>
      logAsResults([{ ...one!, costUsd: 1.5, ...change }], "00000000_000000")[0]!.records.map(({ cost }) => cost);
    expect(costs({ answerCostUsd: 0.5 })).toEqual([0.5]);
    expect(costs({ answerCostUsd: null })).toEqual([null]);
    expect(costs({})).toEqual([1.5]);
  });

  test("counts who was refused apart from answers, and never takes a cost that is not known for one", async () => {
    const decisions = (await decisionsOf(log)).map((one, i) => ({
      ...one,
      router: "near",
      costUsd: i === 0 ? null : i === 1 ? 0 : 0.5,
      ...(i === 1 && { model: null }),
    }));
    expect(trafficByRouter(decisions)).toMatchObject([
      { decisions: 60, answered: 59, unknownCosts: 1, meanCostUsd: 0.5 },
    ]);
  });

  test("becomes a table with an outcome for who answered and none for the others", async () => {
    const folder = await temporaryFolder();
    const files = logAsResults(await decisionsOf(log), "00000000_000000");
    // oxlint-disable-next-line no-await-in-loop
    for (const file of files) await writeResultFile(folder, file);
    const { table: live } = await openData(folder, { snapshot: "off" });
    expect(live.prompts).toHaveLength(60);
    const known = live.score.data.filter((score) => !Number.isNaN(score));
    expect(known).toHaveLength(60);
  });

  test("leaves out what has no content or no score", async () => {
    const decisions = (await decisionsOf(log)).map((one, i) => ({
      ...one,
      ...(i === 0 && { content: null }),
      ...(i === 1 && { score: NaN }),
      ...(i === 2 && { model: null }),
    }));
    const rows = logAsResults(decisions, "00000000_000000").reduce((sum, { records }) => sum + records.length, 0);
    expect(rows).toBe(57);
  });

  test("passes over lines that a crash has torn, and says where they stand", async () => {
    const { decisions, odd } = await readDecisionLog([await fileOf(`{"kind":"deci\n${log}{"kind":"deci`)]);
    expect([decisions.length, odd]).toEqual([60, [expect.stringMatching(/log\.jsonl:1$/)]]);
  });

  test("is refused when none of its lines is one, or when it is not there", async () => {
    await expect(readDecisionLog([await fileOf('{"some":"json"}\n')])).rejects.toThrow(
      "no line is one of a decision log",
    );
    await expect(readDecisionLog(["nowhere.jsonl"])).rejects.toThrow("no such file or folder");
  });

  test("takes the last score of an answer, from whichever file", async () => {
    const again = JSON.stringify({ kind: "feedback", requestId: "r0", score: 0.25 });
    const { decisions } = await readDecisionLog([await fileOf(log), await fileOf(`${again}\n`)]);
    expect(decisions[0]?.score).toBe(0.25);
  });
});
