/** Files that are not what they should be: what is said, and that nothing vanishes. */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { put, read, record, root, write } from "../../test/support/result-folder.ts";
import { DataError, InterruptedError, UsageError } from "../core/errors.ts";
import { readResults } from "./read-results.ts";

test("files that are no results are ignored with a count and a reason", async () => {
  await write({});
  await put("notes.json", "[1, 2]");
  await put("config.json", '{"models": []}');
  await put("partly.json", '{"model_name": "m", "records": []}');
  await put(".signalbox/x.json", "{");
  const { report } = await read();
  expect(report.files.ignored).toEqual([
    { path: "config.json", reason: "no model_name" },
    { path: "notes.json", reason: "not a JSON object" },
    { path: "partly.json", reason: "no dataset_name" },
  ]);
  expect(report.warnings).toEqual(["partly.json is ignored: it has no dataset_name"]);
});

test("a linked folder is followed once, even in a circle", async () => {
  await write({});
  await symlink(root, join(root, "bench", "again"));
  expect((await read()).report.files.used).toBe(1);
});

test("a header that disagrees with its records is a warning", async () => {
  await write({ head: { performance: 83, counts: 5 }, records: [record(0), record(0)] });
  const { report } = await read();
  expect(report.warnings.map((text) => text.split(": ")[1])).toEqual([
    "1 record found twice with the same content",
    "the header says 5 records, the file holds 1",
    "an index is 0, but indices count from 1",
    "the header says 83, the scores mean 1.000000",
  ]);
});

const header = '"model_name": "m", "dataset_name": "d", "split": "test"';
test.each([
  [
    "cut short",
    `{${header}, "records": [{"index": 1, "prompt": "a", "score": 1}, {"index": 2, "pro`,
    /record 2: broken JSON.*cut short/,
  ],
  [
    "with a bare NaN",
    `{${header}, "records": [{"index": 1, "prompt": "a", "score": NaN}]}`,
    /record 1: broken JSON.*NaN and Infinity are not JSON/,
  ],
  ["that is empty", "", /broken JSON/],
  [
    "with an infinite number",
    `{${header}, "records": [{"index": 1, "prompt": "a", "score": 1e999}]}`,
    /record 1 \(index 1\): score is Infinity/,
  ],
  [
    "with a wrong record",
    `{${header}, "records": [{"index": 1, "prompt": "é", "score": "é"}]}`,
    /record 1 \(index 1\): score is "é"/,
  ],
])("a file %s is an error that names file, record and remedy", async (_, content, message) => {
  await write({ model: "good" });
  await put("bad.json", content);
  await expect(read()).rejects.toThrow(DataError);
  await expect(read()).rejects.toThrow(/^bad\.json/);
  await expect(read()).rejects.toThrow(message);
});

test("a file that is not UTF-8 is an error with the command that converts it", async () => {
  await put(
    "latin.json",
    Buffer.from(`{${header}, "records": [{"index": 1, "prompt": "\xe9", "score": 1}]}`, "latin1"),
  );
  await expect(read()).rejects.toThrow(/latin\.json: not UTF-8 text\. .*iconv/);
});

test("an index that stands twice with different content is an error naming both records", async () => {
  await write({ records: [record(1), record(2), record(1, 0)] });
  await expect(read()).rejects.toThrow(/record 3 \(index 1\): index 1 stands twice .*\(first in record 1\)/);
});

test("the first of several wrong files is named with the number of the others", async () => {
  await put("b.json", "{");
  await put("a.json", "{");
  await expect(read()).rejects.toThrow(/^a\.json.*\(and 1 more files are wrong\)/);
});

test("a byte order mark is no error", async () => {
  await put("a.json", `\ufeff{${header}, "records": [${JSON.stringify(record(1))}]}`);
  expect((await read()).table.prompts).toEqual(["prompt 1"]);
});

test("a folder without result files is an error that says what they look like", async () => {
  await expect(read()).rejects.toThrow(/no \.json file .*results\/bench/);
  await put("x.json", "{}");
  await expect(read()).rejects.toThrow(/none of the 1 \.json files has the header.*x\.json: no model_name/);
});

test("only trial runs is an error that says how to ask for them", async () => {
  await write({ head: { demo: true } });
  await expect(read()).rejects.toThrow(/trial runs \(demo\).*--demo-runs \(in a program includeDemo\)/);
});

test("a path that does not exist is a usage error naming a near sibling", async () => {
  await write({});
  const wrong = readResults(join(root, "bnech"), { snapshot: "off" });
  await expect(wrong).rejects.toThrow(UsageError);
  await expect(wrong).rejects.toThrow(/no such file or folder\. Did you mean ".*bench"/);
});

test("an aborted signal stops the reading", async () => {
  await write({});
  await expect(read({ signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
});

test("a record of 50 MB is read, and its answer is not kept", async () => {
  await write({ records: [record(1, 1, { raw_output: "x".repeat(50 * 2 ** 20) })] });
  const { table } = await read();
  expect(table.prompts).toEqual(["prompt 1"]);
});

test("many files are read on threads into the same table as on one", async () => {
  for (const dataset of ["a", "b", "c"]) {
    for (const model of ["x", "y"]) {
      const records = Array.from({ length: 40 }, (_, i) => record(i + 1, i % 2, { raw_output: "r".repeat(30_000) }));
      await write({ dataset, model, records });
    }
  }
  const progress: number[] = [];
  const threaded = await read({ threads: 2, onProgress: (done) => progress.push(done) });
  const single = await read({ threads: 1 });
  expect(progress).toEqual([2, 4, 6]);
  expect({ ...threaded.table, prediction: 0 }).toEqual({ ...single.table, prediction: 0 });
});
