import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { columnBuilder } from "./record-columns.ts";
import type { RecordColumns } from "./record-columns.ts";
import { readResultFile } from "./result-file.ts";
import type { ResultFile } from "./result-format.ts";

const records = Array.from({ length: 50 }, (_, i) => ({
  index: i + 1,
  prompt: `Größe ${i} 😀`,
  score: (i % 3) / 2,
  cost: 1e-5 * i,
  raw_output: "y".repeat(10_000),
  extra_fields: { latency_s: i },
}));
const body = { model_name: "m", dataset_name: "d", split: "s", extra_metrics: { a: [1] }, records };

async function readBothWays(content: string): Promise<{ file: ResultFile; columns: RecordColumns }[]> {
  const absolute = join(await mkdtemp(join(tmpdir(), "signalbox-stream-")), "a.json");
  await writeFile(absolute, content);
  const results = [];
  for (const limit of [Infinity, 0]) {
    const builder = columnBuilder();
    const file = await readResultFile({ path: "a.json", absolute, size: 1 }, builder, limit);
    results.push({ file, columns: builder.finish() });
  }
  return results;
}

test("a streamed file gives the same header, hash and records as one that is parsed whole", async () => {
  const [whole, streamed] = await readBothWays(JSON.stringify(body));
  expect(streamed).toEqual(whole);
  expect(whole?.columns.index.length).toBe(50);
});

test("the header may follow the records", async () => {
  const [whole, streamed] = await readBothWays(JSON.stringify(Object.fromEntries(Object.entries(body).toReversed())));
  expect(streamed).toEqual(whole);
});

test("a streamed file without header is ignored, whatever its records are", async () => {
  const [whole, streamed] = await readBothWays(JSON.stringify({ records: [{ odd: 1 }], x: 1 }));
  expect(streamed).toEqual(whole);
  expect(streamed?.file.ignored).toBe("no model_name");
});

test("a streamed list is ignored", async () => {
  const [, streamed] = await readBothWays(JSON.stringify(records));
  expect(streamed?.file.ignored).toMatch(/not a JSON object|no model_name/);
});

test("a wrong record and a cut file are named when streamed", async () => {
  const wrong = JSON.stringify({ ...body, records: [records[0], { ...records[1], score: 7 }] });
  const absolute = join(await mkdtemp(join(tmpdir(), "signalbox-stream-")), "a.json");
  const stream = (): Promise<ResultFile> => readResultFile({ path: "a.json", absolute, size: 1 }, columnBuilder(), 0);
  await writeFile(absolute, wrong);
  await expect(stream()).rejects.toThrow(/a\.json, record 2 \(index 2\): score is 7/);
  await writeFile(absolute, JSON.stringify(body).slice(0, 30_000));
  await expect(stream()).rejects.toThrow(/a\.json, record 3: broken JSON/);
  await writeFile(absolute, Buffer.from(JSON.stringify(body).replace("ö", "\xf6"), "latin1"));
  await expect(stream()).rejects.toThrow(/a\.json: not UTF-8/);
});
