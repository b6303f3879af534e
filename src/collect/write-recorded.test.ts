import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cellStatus } from "../core/outcome-table.ts";
import { openData } from "../store/open-data.ts";
import { withJournal } from "./journal/journal.ts";
import type { FailedCall, JournalRecord, SucceededCall } from "./journal/record.ts";
import type { PlacedPrompt } from "./prompts.ts";
import { writeRecorded } from "./write-recorded.ts";
import type { RecordedKind } from "./write-recorded.ts";

let folder = "";
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "signalbox-recorded-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const prompts: readonly PlacedPrompt[] = [
  {
    dataset: "toy",
    split: "test",
    index: 1,
    text: "Pick.",
    query: "one?",
    groundTruth: "B",
    record: { choices: ["x"] },
  },
  { dataset: "toy", split: "test", index: 2, text: "Two?" },
];
const call = {
  dataset: "toy",
  split: "test",
  model: "a",
  sample: 0,
  requestedModel: "maker/a",
  at: "2026-11-24T12:34:56.789Z",
};

function done(index: number, change: Partial<SucceededCall["completion"]> = {}): SucceededCall {
  const usage = {
    inputTokens: 5,
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: 2,
    reasoningTokens: NaN,
  };
  const names = { servedModel: "maker/a", finishReason: "stop", requestId: "" };
  const completion = {
    text: "(B)",
    ...names,
    usage,
    reportedCostUsd: NaN,
    firstTokenMs: NaN,
    latencyMs: 30,
    ...change,
  };
  const money = { costUsd: 0.5, costSource: "priced" as const };
  return { key: keyOf(index), status: "done", ...call, index, completion, ...money, attempts: 1, cached: false };
}

function failed(index: number): FailedCall {
  const why = { failure: "server", httpStatus: 503, reason: "answered 503" } as const;
  return { key: keyOf(index), status: "fail", ...call, index, ...why, attempts: 6 };
}

function keyOf(index: number): string {
  return `key-${index}`.padEnd(43, "_");
}

async function written(
  kind: RecordedKind,
  ...records: JournalRecord[]
): Promise<{ records: Record<string, unknown>[] }> {
  const journal = join(folder, "journal.jsonl");
  await withJournal(journal, async ({ append }) => {
    for (const record of records) await append(record);
  });
  const calls = prompts.map((prompt) => ({ key: keyOf(prompt.index), prompt }));
  const { dataset, split, model } = call;
  const [file] = await writeRecorded(folder, journal, [{ dataset, split, model, calls: () => calls }], kind);
  return JSON.parse(await readFile(file!, "utf8")) as { records: Record<string, unknown>[] };
}

test("an answer stands beside what was expected and what its source says of the item", async () => {
  const { records } = await written("moments", done(1), done(2));
  expect(records[0]).toMatchObject({ prompt: "Pick.", origin_query: "one?", ground_truth: "B", raw_output: "(B)" });
  expect(records[0]!["extra_fields"]).toEqual({
    latency_s: 0.03,
    finish_reason: "stop",
    cost_source: "priced",
    record: { choices: ["x"] },
  });
  expect(records[1]).toMatchObject({ origin_query: "Two?", ground_truth: "" });
  const { details } = await openAll();
  expect(details.groundTruth(0)).toBe("B");
});

test("a failed call has a status and a reason, and neither a score nor a cost", async () => {
  const { records } = await written("answers", failed(1), done(2));
  expect(records[0]).toMatchObject({ score: null, cost: null, prompt_tokens: null, completion_tokens: null });
  expect(records[0]).toMatchObject({ raw_output: "Generation failed: answered 503", ground_truth: "B" });
  expect(records[0]!["extra_fields"]).toEqual({
    failure: "server",
    http_status: 503,
    record: { choices: ["x"] },
  });
  const { table } = await openAll();
  expect([...table.status]).toEqual([cellStatus.failed, cellStatus.scored]);
  expect(table.costUsd.data).toEqual(Float64Array.of(NaN, 0.5));
});

test("an answer wins over a failure of another run", async () => {
  const { records } = await written("answers", failed(1), done(1), failed(1));
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ raw_output: "(B)" });
});

/** With answers that are not scored yet kept as wrong ones: unscored cells would be left out. */
async function openAll(): ReturnType<typeof openData> {
  return await openData(folder, { unscored: "zero", snapshot: "off" });
}

test("a file larger than a page of the journal, its answers in any order, is written whole and in its own order", async () => {
  const many = Array.from({ length: 900 }, (_, i) => ({ dataset: "toy", split: "test", index: i + 1, text: `${i}?` }));
  const journal = join(folder, "journal.jsonl");
  const order = many.map(({ index }) => index).toSorted((a, b) => ((a * 541) % 900) - ((b * 541) % 900));
  await withJournal(journal, async ({ append }) => {
    await Promise.all(order.map((index) => append(done(index, { text: `${index} ${"☂".repeat(index % 700)}` }))));
  });
  const calls = many.map((prompt) => ({ key: keyOf(prompt.index), prompt }));
  const nothing = { dataset: "other", split: "test", model: "a", calls: () => [{ key: "x", prompt: many[0]! }] };
  const files = await writeRecorded(
    folder,
    journal,
    [{ dataset: "toy", split: "test", model: "a", calls: () => calls }, nothing],
    "answers",
  );
  expect(files).toHaveLength(1);
  const { records, counts, cost } = JSON.parse(await readFile(files[0]!, "utf8"));
  expect([counts, cost]).toEqual([900, 450]);
  expect(records.map((record: { raw_output: string }) => Number.parseInt(record.raw_output, 10))).toEqual(
    many.map(({ index }) => index),
  );
});
