/** What every registered data set must keep, from its documented home to a score: fetched, read, asked, and answered rightly. */
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Judge } from "../../src/core/judge.ts";
import { promptOf } from "../../src/core/prompt-of.ts";
import type { Sandbox } from "../../src/core/sandbox.ts";
import { datasets } from "../../src/datasets/registry.ts";
import { fetchDataset } from "../../src/loading/fetch-dataset.ts";
import { loadItems } from "../../src/loading/load-items.ts";
import { localFiles } from "../../src/loading/local-files.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { readyScorer } from "../../src/scoring/score-answer.ts";
import { selfCheck } from "../../src/scoring/self-check.ts";
import { madeUpMirror } from "../support/made-up-sources.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ cacheFolder: process.env["SIGNALBOX_CACHE"] ?? tmpdir() });
}, 180_000);
afterAll(() => sandbox.close());

/** Finds every answer right, in the words of whatever rubric. */
const kindJudge: Judge = {
  name: "kind",
  seats: 1,
  ask: () => {
    const text = '{"grade": "CORRECT", "correct": "yes", "score": 10, "judgment": "correct", "confidence": 90}';
    return Promise.resolve({ text, model: "kind-1", costUsd: 0, cached: false });
  },
};

/** Not where an outside harness or an encoder scores, nor where two answers are compared: against itself a baseline draws. */
function hasPerfectAnswer(set: (typeof datasets)[number]): boolean {
  const { truth, record } = set.toItem(set.example, 1);
  const answered = { response: set.selfCheck(set.example), truth, record };
  const { name, needs } = readyScorer(set, set.key?.(answered) ?? answered).evaluator;
  return name !== "pairwise" && !needs.some((need) => need === "harness" || need === "encoder");
}

const now = (): Date => new Date("2026-01-01T00:00:00Z");
const asked = datasets.filter(({ vectorsOnly }) => !vectorsOnly);
const cases = asked.flatMap((set) => Object.keys(set.splits).map((split) => [set.id, split, set] as const));

test.each(cases)(
  "%s/%s: fetched from its home, every item has a prompt, and its perfect answer scores 1",
  async (id, split, set) => {
    const folder = await temporaryFolder();
    if (set.source.kind === "http" && set.gated !== undefined) {
      await expect(fetchDataset(set, { folder, now })).rejects.toThrow(set.gated);
      return;
    }
    const mirror = await madeUpMirror([set]);
    const files = await fetchDataset(set, { folder, split, mirror: mirror.url, now });
    const { items, notes } = await loadItems(set, files, { split });
    expect(items.length).toBeGreaterThan(0);
    for (const { item } of items) {
      const { text, version } = promptOf(set, item);
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toContain("undefined");
      expect(version).toBe(`${id}/${set.promptVersion}`);
    }
    const all = await selfCheck(set, items, { sandbox, judge: kindJudge });
    if (hasPerfectAnswer(set)) expect(all).toEqual({ checked: items.length, skipped: 0, failed: [] });
    if (set.splits[split]?.expected !== undefined) expect(notes.join()).toContain("are documented");

    const requests = mirror.requests.length;
    const again = await fetchDataset(set, { folder, split, mirror: mirror.url, now });
    expect(again.every(({ alreadyThere }) => alreadyThere)).toBe(true);
    expect(mirror.requests.length).toBe(requests);
  },
);

/** Those whose rows are put together from several files, or packed. */
const composed = asked.filter(({ gather, splits }) => gather ?? splits["test"]?.files[0]?.archive);

test.each(composed.map((set) => [set.id, set] as const))(
  "%s: a folder with its files gives the same items",
  async (_, set) => {
    const folder = await temporaryFolder();
    const mirror = await madeUpMirror([set]);
    const fetched = await fetchDataset(set, { folder, mirror: mirror.url, now });
    const isPacked = fetched[0]?.archive !== undefined;
    const own = localFiles(set, undefined, isPacked ? dirname(fetched[0]?.local ?? "") : join(folder, set.id));
    const [a, b] = [await loadItems(set, fetched), await loadItems(set, own)];
    expect(b.items).toEqual(a.items);
  },
);

test("what a set's key and record are stored as, its scorer reads back", async () => {
  for (const set of asked.filter(hasPerfectAnswer)) {
    const { truth, record } = set.toItem(set.example, 1);
    const stored = { truth: typeof truth === "string" || truth === null ? truth : JSON.stringify(truth), record };
    const answered = { response: set.selfCheck(set.example), ...stored };
    const { evaluator, options } = readyScorer(set, set.key?.(answered) ?? answered);
    const given = set.key ? set.key(answered) : answered;
    const result = await evaluator.score(given, options, { sandbox, judge: kindJudge });
    expect([set.id, result.score]).toEqual([set.id, 1]);
  }
});
