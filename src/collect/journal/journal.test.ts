import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataError, UsageError } from "../../core/errors.ts";
import { withJournal } from "./journal.ts";
import type { JournalScan } from "./scan.ts";
import { journalRecords, scanJournal } from "./scan.ts";
import { lineOf, recordOf } from "./record.ts";
import type { FailedCall, SucceededCall } from "./record.ts";

let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-journal-"));
  path = join(folder, "journal.jsonl");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const keyOf = (n: number): string => `key-${n}`.padEnd(43, "_");

function done(n: number, text = `answer ${n}`): SucceededCall {
  return {
    key: keyOf(n),
    status: "done",
    dataset: "toy",
    split: "test",
    index: n,
    model: "m",
    sample: 0,
    requestedModel: "maker/m",
    completion: {
      text,
      finishReason: "stop",
      servedModel: "maker/m-2026",
      usage: { inputTokens: 5, cachedInputTokens: NaN, cacheWriteTokens: NaN, outputTokens: 2, reasoningTokens: NaN },
      reportedCostUsd: NaN,
      firstTokenMs: 12.5,
      latencyMs: 30,
      requestId: "r",
    },
    costUsd: 0.001,
    costSource: "priced",
    attempts: 1,
    at: "2026-11-24T00:00:00.000Z",
    cached: false,
  };
}

function failed(n: number): FailedCall {
  const { key, dataset, split, index, model, sample, requestedModel, attempts, at } = done(n);
  const place = { key, dataset, split, index, model, sample, requestedModel, attempts, at };
  return { ...place, status: "fail", failure: "server", httpStatus: NaN, reason: "answered 500" };
}

async function write(...records: (SucceededCall | FailedCall)[]): Promise<JournalScan> {
  return await withJournal(path, async ({ append, before }) => {
    await Promise.all(records.map((record) => append(record)));
    return before;
  });
}

async function readAll(): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const record of journalRecords(path)) records.push(record);
  return records;
}

describe("a record", () => {
  test("comes back from its line as it was, whatever the text holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const line = lineOf(done(1, text));
        expect(line).not.toContain("\n");
        expect(recordOf(line)).toEqual(done(1, text));
      }),
    );
    expect(recordOf(lineOf(failed(2)))).toEqual(failed(2));
  });
});

describe("a journal", () => {
  test("knows what earlier runs have done and what has failed", async () => {
    await write(done(1), failed(2), failed(3));
    const before = await write(done(3));
    expect(before.done).toEqual(new Set([keyOf(1)]));
    expect(before.failed).toEqual(new Set([keyOf(2), keyOf(3)]));
    expect((await scanJournal(path)).failed).toEqual(new Set([keyOf(2)]));
    expect(await readAll()).toEqual([done(1), failed(2), failed(3), done(3)]);
  });

  test("cut at any byte keeps the whole lines before the cut, and goes on from there", async () => {
    await write(done(1, "é\n"), done(2), done(3));
    const whole = await readFile(path);
    const ends = [...whole.keys()].filter((i) => whole[i] === 10).map((i) => i + 1);
    for (let cut = 0; cut <= whole.length; cut += cut % 97 === 0 ? 1 : 13) {
      await writeFile(path, whole.subarray(0, cut));
      const sound = ends.filter((end) => end <= cut);
      const before = await write(done(9));
      expect([...before.done]).toEqual(sound.map((_, i) => keyOf(i + 1)));
      expect((await readAll()).at(-1)).toEqual(done(9));
      expect((await readAll()).length).toBe(sound.length + 1);
    }
  });

  test("takes a last line of rubbish for a torn one, and one before the last for damage", async () => {
    await write(done(1));
    await appendFile(path, `${"\0".repeat(40)}\n`);
    expect((await write(done(2))).done).toEqual(new Set([keyOf(1)]));
    await appendFile(path, `{"some":"other file"}\n${lineOf(done(3))}\n`);
    await expect(write(done(4))).rejects.toThrow(/line 3: not a line of a journal/);
    await expect(readAll()).rejects.toThrow(DataError);
  });

  test("does not touch a file that is no journal", async () => {
    await writeFile(path, "a,b,c\n1,2,3\n4,5,6\n");
    await expect(write(done(1))).rejects.toThrow(DataError);
    expect(await readFile(path, "utf8")).toBe("a,b,c\n1,2,3\n4,5,6\n");
  });

  test("refuses a second writer, and names the first", async () => {
    await withJournal(path, async () => {
      const second = withJournal(path, () => Promise.resolve());
      await expect(second).rejects.toThrow(UsageError);
      await expect(second).rejects.toThrow(`process ${process.pid}`);
    });
    await write(done(1));
  });

  test("has a record on disk when append resolves", async () => {
    await withJournal(path, async ({ append }) => {
      for (let n = 1; n <= 5; n++) {
        await append(done(n));
        expect((await readAll()).length).toBe(n);
      }
    });
  });

  test("keeps thousands of records that come at once, each whole", async () => {
    await write(...Array.from({ length: 5000 }, (_, n) => done(n, "x".repeat(n % 300))));
    const { lines, soundBytes } = await scanJournal(path);
    expect(lines).toBe(5000);
    expect(soundBytes).toBe((await stat(path)).size);
  });

  test("leaves no spare file or lock behind", async () => {
    await write(done(1));
    await expect(stat(`${path}.spare`)).rejects.toThrow("ENOENT");
    await expect(stat(`${path}.lock`)).rejects.toThrow("ENOENT");
  });

  test("a key done is done, though a later line says it failed", async () => {
    await write(done(1), failed(1));
    const { done: keys, failed: failures } = await scanJournal(path);
    expect([keys.size, failures.size]).toEqual([1, 0]);
    await truncate(path, 0);
    expect((await scanJournal(path)).lines).toBe(0);
  });
});
