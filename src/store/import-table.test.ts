import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { withDuckDb } from "./duckdb.ts";
import { exportParquet } from "./export-parquet.ts";
import { columnAliases, importRowSchemaText } from "./import-columns.ts";
import { openData } from "./open-data.ts";
import type { OpenDataOptions } from "./open-data.ts";
import type { LoadedResults } from "./project.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-import-"));
});

async function open(name: string, content: string | Uint8Array, options: OpenDataOptions = {}): Promise<LoadedResults> {
  await writeFile(join(folder, name), content);
  return await openData(join(folder, name), { snapshot: "off", ...options });
}

const csv = `dataset,index,prompt,model,score,cost,prompt_tokens,completion_tokens,prediction,latency_s,note
math,1,"2+2, ""quick""",a,1,0.01,5,2,4,1.5,x
math,1,"2+2, ""quick""",b,0,0.02,5,3,5,,
math,2,"two
lines",a,0.5,,,,,,
code,1,print,b,True,0,0,0,,,`;

test("CSV rows become cells; quotes, line breaks, empty and true are understood", async () => {
  const { table, details } = await open("results.csv", csv);
  expect(table.datasets.map(({ dataset }) => dataset)).toEqual(["math", "code"]);
  expect(table.prompts).toEqual(['2+2, "quick"', "two\nlines", "print"]);
  expect([...table.score.data]).toEqual([1, 0, 0.5, NaN, NaN, 0]);
  expect([...table.status]).toEqual([0, 0, 0, cellStatus.missing, cellStatus.missing, cellStatus.failed]);
  expect(Array.from(table.costUsd.data.subarray(0, 3))).toEqual([0.01, 0.02, NaN]);
  expect(table.latencySeconds?.data[0]).toBe(1.5);
  expect(table.prediction(0, 1)).toBe("5");
  expect(JSON.parse(details.extra(0, 0))).toMatchObject({ note: "x" });
});

test("JSON lines may leave fields out; prompts are then numbered and belong to data", async () => {
  const rows = [
    { query: "q1", model_name: "a", performance: 1 },
    { query: "q2", model_name: "a", performance: null },
    { query: "q1", model_name: "b", performance: 0, dataset_name: null, tags: ["x"] },
  ];
  const jsonl = rows.map((row) => JSON.stringify(row)).join("\n");
  await expect(open("rows.jsonl", jsonl)).rejects.toThrow(/rows\.jsonl, line 3: dataset is empty/);
  const { table, details } = await open("rows.ndjson", jsonl.replace(',"dataset_name":null', ""), { unscored: "zero" });
  expect(table.datasets).toEqual([{ dataset: "data", split: "test" }]);
  expect([...table.index]).toEqual([1, 2]);
  expect([...table.score.data]).toEqual([1, 0, 0, NaN]);
  expect(details.extra(0, 1)).toBe('{"tags":["x"]}');
});

test("a mapping names the columns", async () => {
  const { table } = await open("a.csv", "question,llm,acc,score\nq,a,0.5,99\n", {
    map: { prompt: "question", score: "acc" },
  });
  expect([...table.score.data]).toEqual([0.5]);
});

test.each([
  ["an unknown field", { promt: "question" }, /unknown field "promt". Did you mean "prompt"/],
  ["an unknown column", { prompt: "qestion" }, /a\.csv: unknown column "qestion". Did you mean "question"/],
])("a mapping with %s is a usage error with near names", async (_, map, message) => {
  await expect(open("a.csv", "question,model,score\nq,a,1\n", { map })).rejects.toThrow(UsageError);
  await expect(open("a.csv", "question,model,score\nq,a,1\n", { map })).rejects.toThrow(message);
});

test("a needed column that is absent is named with the mapping that mends it", async () => {
  await expect(open("a.csv", "text,model,points\nq,a,1\n")).rejects.toThrow(
    /no column for prompt, score among: text, model, points\. .*--map prompt=COLUMN,score=COLUMN/,
  );
});

test.each([
  ["a.csv", "prompt,model,score\nq,a,1\nq2,a,1.4\n", /a\.csv, row 2 \(index 2\): score is 1\.4/],
  ["a.csv", "prompt,model,score\nq,a,good\n", /a\.csv, row 1 \(index 1\): score is "good"/],
  ["a.csv", "prompt,model,score\nq,,1\n", /a\.csv, row 1: model is empty/],
  ["a.csv", "prompt,model,score\nq,a,1\nq,a,0\n", /row 2 \(index 1\): index 1 stands twice .* \(first in row 1\)/],
  ["a.csv", "prompt,model,score,cost\nq,a,1,-3\n", /row 1 \(index 1\): cost is -3/],
  ["a.csv", "prompt,model,score\n", /the file has no rows/],
  ["a.csv", Buffer.from("prompt,model,score\n\xe9,a,1\n", "latin1"), /a\.csv.*cannot be read as csv|not UTF-8/],
  ["a.jsonl", '{"prompt":"q","model":"a","score":1}\n{"prompt":"q2","mod', /a\.jsonl, line 2: broken JSON/],
  ["a.jsonl", '{"prompt":"q","model":"a","score":[1]}\n', /a\.jsonl, line 1 \(index 1\): score is \[1\]/],
  ["a.jsonl", "[1]\n", /a\.jsonl, line 1: not a JSON object/],
  ["a.jsonl", Buffer.from('{"prompt":"\xe9","model":"a","score":1}\n', "latin1"), /a\.jsonl.*not UTF-8/],
  ["a.parquet", "no parquet", /a\.parquet: cannot be read as parquet/],
])("%s with a wrong content names file, row and remedy", async (name, content, message) => {
  await expect(open(name, content)).rejects.toThrow(message);
});

test("Parquet with numbers, nested columns and NaN is read", async () => {
  const path = join(folder, "a.parquet");
  await withDuckDb(async (connection) => {
    await connection.run(
      `COPY (SELECT 'q' AS prompt, 'a' AS model, 'nan'::DOUBLE AS score, 7::BIGINT AS index, 0.1::DOUBLE AS cost,
         {'k': [1, 2]} AS nested, 2.50::DECIMAL(10,2) AS price) TO '${path}' (FORMAT parquet)`,
    );
  });
  const { table, details } = await openData(path, { snapshot: "off", unscored: "zero" });
  expect([table.index[0], table.costUsd.data[0]]).toEqual([7, 0.1]);
  expect(JSON.parse(details.extra(0, 0))).toEqual({ nested: '{"k":[1,2]}', price: "2.50" });
});

test("a table written as Parquet is read back as the same table", async () => {
  const { table, details } = await open("results.csv", csv);
  await exportParquet(table, join(folder, "out.parquet"), details);
  const back = (await openData(join(folder, "out.parquet"), { snapshot: "off" })).table;
  expect({ ...back, digest: "", prediction: 0 }).toEqual({ ...table, digest: "", prediction: 0 });
  expect(back.prediction(0, 1)).toBe(table.prediction(0, 1));
});

test("question, expected answer and further fields come back from Parquet, twice", async () => {
  const rows = [
    {
      prompt: "q1",
      model: "a",
      score: 1,
      origin_query: "Q?",
      ground_truth: "42",
      latency_s: 2,
      tags: ["x"],
      seen: false,
    },
    { prompt: "q1", model: "b", score: 0, ground_truth: "42", note: 'says "no"\nover two lines', nested: { k: null } },
    { prompt: "q2", model: "a", score: 1 },
  ];
  const all = ({ table, details }: LoadedResults): unknown => ({
    questions: table.prompts.map((_, i) => details.originQuery(i)),
    expected: table.prompts.map((_, i) => details.groundTruth(i)),
    extra: table.prompts.map((_, i) => table.models.map((__, j) => details.extra(i, j))),
    latency: table.latencySeconds?.data,
  });
  const first = await open("rows.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
  expect(all(first)).toMatchObject({ questions: ["Q?", ""], expected: ["42", ""] });
  expect(JSON.parse(first.details.extra(0, 1))).toEqual({ note: 'says "no"\nover two lines', nested: { k: null } });
  let back = first;
  for (const name of ["once.parquet", "twice.parquet"]) {
    await exportParquet(back.table, join(folder, name), back.details);
    back = await openData(join(folder, name), { snapshot: "off" });
    expect(all(back)).toEqual(all(first));
  }
});

test("a column named extra that holds no JSON object is kept as it is", async () => {
  const { details } = await open("a.csv", 'prompt,model,score,extra\nq,a,1,"[1]"\nq,b,1,{broken\nq,c,1,\n');
  expect([0, 1, 2].map((j) => details.extra(0, j))).toEqual(['{"extra":"[1]"}', '{"extra":"{broken"}', ""]);
});

test("further fields never stand for the known ones", async () => {
  const { table } = await open(
    "a.jsonl",
    JSON.stringify({ prompt: "q", model: "a", score: 1, extra: '{"score":0,"cost":9}' }),
  );
  expect([table.score.data[0], table.costUsd.data[0]]).toEqual([1, NaN]);
});

test("an absent folder for the Parquet file is named before the work begins", async () => {
  const { table, details } = await open("results.csv", csv);
  await expect(exportParquet(table, join(folder, "no", "out.parquet"), details)).rejects.toThrow(
    /its folder does not exist/,
  );
});

test("imports keep a snapshot, one for each mapping, that a changed file makes invalid", async () => {
  const cacheDir = join(folder, "cache");
  const content = "question,query,model,score\nq1,Q1,a,1\n";
  const state = async (text: string, map = {}): Promise<string> =>
    (await open("a.csv", text, { snapshot: "cache", cacheDir, map })).report.snapshot.state;
  expect(await state(content)).toBe("written");
  expect(await state(content)).toBe("used");
  expect(await state(content, { prompt: "question" })).toBe("written");
  expect(await state(content.replace(",1\n", ",0\n"))).toBe("written");
});

test.each([
  ["a.jsnl", /files of kind "\.jsnl" cannot be read\. Did you mean \.jsonl/],
  ["a", /a file without extension\. Give a results folder/],
])("%s is refused with the kinds that can be read", async (name, message) => {
  await expect(open(name, "x")).rejects.toThrow(UsageError);
  await expect(open(name, "x")).rejects.toThrow(message);
});

test("a path that does not exist names a near sibling", async () => {
  await open("results.csv", csv);
  await expect(openData(join(folder, "result.csv"))).rejects.toThrow(
    /no such file or folder. Did you mean ".*results\.csv"/,
  );
});

test("no alias stands for two fields", () => {
  const names = Object.entries(columnAliases).flatMap(([field, aliases]) => [field, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test("schemas/import-row.schema.json is what scripts/gen-schemas.mjs would write", async () => {
  const published = await readFile(new URL("../../schemas/import-row.schema.json", import.meta.url), "utf8");
  expect(published).toBe(importRowSchemaText());
});
