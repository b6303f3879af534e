/** Clearing, counting and moving what a cache holds. */
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { openCache } from "./open-cache.ts";
import { prune } from "./prune.ts";
import { keyOfQuestion } from "./question.ts";
import { cacheStatistics } from "./statistics.ts";
import { exportedLines, importLines, isExport } from "./transfer.ts";

async function emptyCache(): Promise<AnswerCache> {
  const { cache } = await openCache(join(await temporaryFolder(), "answers"));
  onTestFinished(() => cache.close());
  return cache;
}

/** An answer of day `day` of November, all alike in size. */
function answer(day: number, model = "maker/small", sample = 0): KeptAnswer {
  const messages = [{ role: "user" as const, content: `prompt ${String(day).padStart(2, "0")}` }];
  return {
    question: {
      provider: "openai",
      baseUrl: "https://models.example/v1",
      request: { model, messages, parameters: {} },
      sample,
    },
    completion: {
      text: "yes",
      finishReason: "stop",
      servedModel: model,
      usage: undefined,
      reportedCostUsd: NaN,
      firstTokenMs: NaN,
      latencyMs: 1,
      requestId: "",
    },
    costUsd: day === 1 ? NaN : 0.5,
    costSource: day === 1 ? "none" : "priced",
    at: `2026-11-${String(day).padStart(2, "0")}T12:00:00.000Z`,
    origin: "call",
  };
}

async function filled(...answers: KeptAnswer[]): Promise<AnswerCache> {
  const cache = await emptyCache();
  for (const one of answers) await cache.put(keyOfQuestion(one.question), one);
  return cache;
}

async function daysIn(cache: AnswerCache): Promise<number[]> {
  const days: number[] = [];
  for await (const entry of cache.entries()) days.push(Number(entry.answer?.at.slice(8, 10)));
  return days.toSorted((a, b) => a - b);
}

const tenDays = Array.from({ length: 10 }, (_, i) => answer(i + 1));

test("what is older goes, and what it had cost is told as far as it is known", async () => {
  const cache = await filled(...tenDays);
  const pruned = await prune(cache, { beforeMs: Date.parse("2026-11-04T00:00:00Z") });
  expect(pruned).toMatchObject({ removed: 3, kept: 7, damaged: 0, removedUsd: 1 });
  expect(await daysIn(cache)).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

test("the oldest go until the others are small enough", async () => {
  const cache = await filled(...tenDays);
  const { bytes } = await cacheStatistics(cache);
  const pruned = await prune(cache, { mostBytes: bytes * 0.45 });
  expect(pruned.keptBytes).toBeLessThanOrEqual(bytes * 0.45);
  expect(await daysIn(cache)).toEqual([7, 8, 9, 10]);
});

test("one model's answers go, and a dry run removes nothing", async () => {
  const cache = await filled(answer(1), answer(2, "maker/large"));
  expect(await prune(cache, { models: ["maker/small"], isDryRun: true })).toMatchObject({ removed: 1, kept: 1 });
  expect(await daysIn(cache)).toEqual([1, 2]);
  await prune(cache, { models: ["maker/small"] });
  expect(await daysIn(cache)).toEqual([2]);
});

test("an export taken into another cache gives the same answers, once", async () => {
  const from = await filled(...tenDays, answer(2, "maker/large"), answer(3, "maker/small", 1));
  const file = join(await temporaryFolder(), "answers.jsonl");
  for await (const line of exportedLines(from, {})) await appendFile(file, line);
  expect(await isExport(file)).toBe(true);
  const to = await filled(answer(5));
  expect(await importLines(file, to)).toEqual({ imported: 11, there: 1, refused: [] });
  expect(await importLines(file, to)).toEqual({ imported: 0, there: 12, refused: [] });
  for (const one of tenDays) expect(await to.get(keyOfQuestion(one.question))).toEqual(one);
  expect({ ...(await cacheStatistics(to)), place: "" }).toEqual({ ...(await cacheStatistics(from)), place: "" });
});

test("lines that are no answer are refused by number, the others taken", async () => {
  const file = join(await temporaryFolder(), "answers.jsonl");
  const sound = JSON.stringify(answer(2));
  const lines = [sound, "rubbish", sound.replace('"costSource":"priced"', '"costSource":"guessed"'), ""];
  await writeFile(file, lines.join("\n"));
  expect(await importLines(file, await emptyCache())).toEqual({ imported: 1, there: 0, refused: [2, 3] });
});

test("statistics count answers, money and damage by model", async () => {
  const cache = await filled(...tenDays, { ...answer(2, "maker/large"), origin: "import" });
  const found = await cacheStatistics(cache);
  expect(found).toMatchObject({ answers: 11, damaged: 0, paidUsd: 5 });
  expect(found.models.map(({ model, answers, imported }) => [model, answers, imported])).toEqual([
    ["maker/small", 10, 0],
    ["maker/large", 1, 1],
  ]);
  expect(found.models[0]).toMatchObject({ oldest: tenDays[0]!.at, newest: tenDays[9]!.at });
});
