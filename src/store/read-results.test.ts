import { utimes } from "node:fs/promises";
import { expect, test } from "vitest";
import { put, read, record, write } from "../../test/support/result-folder.ts";
import { UsageError } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";

test("models are joined by data set key and index into one dense table", async () => {
  await write({ model: "b", records: [record(2, 0), record(1, 1)] });
  await write({ model: "a", records: [record(1, 0.5), record(3, 1)] });
  const { table, report } = await read();
  expect(table.models.map(({ id }) => id)).toEqual(["a", "b"]);
  expect([...table.index]).toEqual([1, 3, 2]);
  expect([...table.score.data]).toEqual([0.5, 1, 1, NaN, NaN, 0]);
  expect([...table.status]).toEqual([0, 0, 0, 3, 3, 0]);
  expect(table.prompts).toEqual(["prompt 1", "prompt 3", "prompt 2"]);
  expect(report.cells).toEqual([
    { dataset: "d", split: "test", model: "a", scored: 2, failed: 0, unscored: 0, missing: 1 },
    { dataset: "d", split: "test", model: "b", scored: 2, failed: 0, unscored: 0, missing: 1 },
  ]);
});

test("the latest stamp wins over older, unstamped and trial files", async () => {
  await write({ name: "d-test-m-20250101_000000.json", records: [record(1), record(2), record(3)] });
  await write({ name: "d-test-m-20250102_000000.json", records: [record(4)], head: { demo: true } });
  await write({ name: "d-test-m-20241231_235959.json", records: [record(5)] });
  await write({ name: "result.json", records: [record(6)] });
  const { table, report } = await read();
  expect([...table.index]).toEqual([1, 2, 3]);
  expect(report.files.demo).toEqual(["bench/d/test/m/d-test-m-20250102_000000.json"]);
  expect(report.files.shadowed.map(({ path }) => path)).toEqual([
    "bench/d/test/m/d-test-m-20241231_235959.json",
    "bench/d/test/m/result.json",
  ]);
  expect([...(await read({ includeDemo: true })).table.index]).toEqual([4]);
});

test("among files without a stamp the newer one wins", async () => {
  const old = await write({ name: "a.json", records: [record(1, 0)] });
  const recent = await write({ name: "b.json", records: [record(1, 1)] });
  await utimes(recent, 1000, 1000);
  await utimes(old, 2000, 2000);
  expect([...(await read()).table.score.data]).toEqual([0]);
});

test("a later file with fewer records wins with a warning", async () => {
  await write({ name: "20250101_000000.json", records: [record(1), record(2)] });
  await write({ name: "20250102_000000.json", records: [record(1, 0)] });
  const { table, report } = await read();
  expect(table.prompts.length).toBe(1);
  expect(report.warnings).toEqual([
    expect.stringMatching(/20250102_000000\.json \(1 record\) hides .* with 2 records/),
  ]);
});

test("the body decides the key, not the path", async () => {
  await put(
    "somewhere/x.json",
    JSON.stringify({ model_name: "m/1", dataset_name: "a/b", split: "s", records: [record(1)] }),
  );
  const { table } = await read();
  expect(table.datasets).toEqual([{ dataset: "a/b", split: "s" }]);
  expect(table.models).toEqual([{ id: "m/1" }]);
});

test("data sets come in path order by code point, not by locale or code unit", async () => {
  for (const dataset of ["a", "B", "\u{1F600}", "\uFF5E"]) await write({ dataset });
  expect((await read()).table.datasets.map(({ dataset }) => dataset)).toEqual(["B", "a", "\uFF5E", "\u{1F600}"]);
});

test("equal texts inside a data set key share a split group, across data sets they are counted", async () => {
  const same = { prompt: "again" };
  await write({ dataset: "a", records: [record(1, 1, same), record(2), record(3, 1, same)] });
  await write({ dataset: "b", records: [record(1, 1, same)] });
  const { table, report } = await read();
  expect([...table.groupOf]).toEqual([0, 1, 0, 2]);
  expect(report.crossDatasetDuplicates).toEqual({ texts: 1, rows: 3 });
});

test("a text that differs between models is a warning, not a new prompt", async () => {
  await write({ model: "a", records: [record(1), record(2)] });
  await write({ model: "b", records: [record(1, 1, { prompt: "prompt 1 " }), record(2)] });
  const { table, report } = await read();
  expect(table.prompts).toEqual(["prompt 1", "prompt 2"]);
  expect(report.warnings).toEqual(["the texts of 1 prompt of b on d/test differ from another model's (index 1)"]);
});

test("failed answers count as 0 and are told from wrong ones", async () => {
  const free = { cost: 0, prompt_tokens: 0, completion_tokens: 0 };
  await write({
    records: [record(1, 0), record(2, 0, free), record(3, null, { ...free, raw_output: "Processing failed: x" })],
  });
  const { table, report } = await read();
  expect([...table.status]).toEqual([cellStatus.scored, cellStatus.failed, cellStatus.failed]);
  expect([...table.score.data]).toEqual([0, 0, 0]);
  expect(report.cells[0]).toMatchObject({ scored: 1, failed: 2 });
});

test("unscored answers are an error that names count, model, data set and remedy, until a policy is chosen", async () => {
  await write({ records: [record(1), record(2, null), record(3, null)] });
  await expect(read()).rejects.toThrow(/2 answers of m on d\/test have no score\. .*"missing".*"zero"/);
  const missing = await read({ unscored: "missing" });
  expect([...missing.table.status]).toEqual([0, 3, 3]);
  expect([...missing.table.costUsd.data]).toEqual([0.01, NaN, NaN]);
  expect(missing.report.cells[0]).toMatchObject({ unscored: 2 });
  const zero = await read({ unscored: "zero" });
  expect([...zero.table.score.data]).toEqual([1, 0, 0]);
  expect(new Set([missing.table.digest, zero.table.digest]).size).toBe(2);
});

test("filters choose by id, by id/split, by model and split, and change the digest", async () => {
  for (const split of ["test", "hard"])
    for (const model of ["a", "b", "c"]) await write({ dataset: "x", split, model });
  await write({ dataset: "y", model: "c" });
  const keys = async (filter: object): Promise<string[]> => {
    const { table } = await read({ filter });
    return [...table.datasets.map(({ dataset, split }) => `${dataset}/${split}`), ...table.models.map(({ id }) => id)];
  };
  expect(await keys({ datasets: ["x/hard"] })).toEqual(["x/hard", "a", "b", "c"]);
  expect(await keys({ datasets: ["x"], models: ["b"] })).toEqual(["x/hard", "x/test", "b"]);
  expect(await keys({ excludeModels: ["c"] })).toEqual(["x/hard", "x/test", "a", "b"]);
  expect(await keys({ splits: ["test"], excludeSplits: ["test"] })).toEqual(["x/test", "y/test", "a", "b", "c"]);
  const digests = await Promise.all(
    [{}, { models: ["a", "b"] }, { models: ["b", "a"] }].map((filter) => read({ filter })),
  );
  const [all, some, turned] = digests.map(({ table }) => table.digest);
  expect(some).toBe(turned);
  expect(some).not.toBe(all);
  expect((await read()).table.digest).toBe(all);
});

test("data sets are ordered by the files that are left", async () => {
  await write({ dataset: "z", model: "a", name: "20250101_000000.json" });
  await put("aa.json", JSON.stringify({ model_name: "b", dataset_name: "z", split: "test", records: [record(1)] }));
  await write({ dataset: "y", model: "a" });
  expect((await read()).table.datasets.map(({ dataset }) => dataset)).toEqual(["z", "y"]);
  const filtered = await read({ filter: { models: ["a"] } });
  expect(filtered.table.datasets.map(({ dataset }) => dataset)).toEqual(["y", "z"]);
  expect(filtered.table.prompts.length).toBe(2);
});

test("reference models are kept apart from the pool", async () => {
  await write({ model: "a", records: [record(1), record(2)] });
  await write({ model: "judge", records: [record(1, 0), record(9)] });
  const { table, referenceTable } = await read({ filter: { referenceModels: ["judge"] } });
  expect(table.models).toEqual([{ id: "a" }]);
  expect(table.prompts.length).toBe(2);
  expect([...(referenceTable?.score.data ?? [])]).toEqual([0, NaN]);
  await expect(read({ filter: { models: ["a", "judge"], referenceModels: ["judge"] } })).rejects.toThrow(/both/);
});

test.each([
  [{ models: ["gpt5"] }, /unknown model "gpt5". Did you mean "gpt-5"/],
  [{ datasets: ["mat"] }, /unknown data set "mat". Did you mean "math"/],
  [{ splits: ["tset"] }, /unknown split "tset". Did you mean "test"/],
  [{ referenceModels: ["gpt6"] }, /unknown reference model "gpt6"/],
])("an unknown wanted name %o is a usage error with near names", async (filter, message) => {
  await write({ dataset: "math", model: "gpt-5" });
  await expect(read({ filter })).rejects.toThrow(UsageError);
  await expect(read({ filter })).rejects.toThrow(message);
});

test("an unknown name to exclude is a warning with a near name", async () => {
  await write({ model: "gpt-5" });
  const { report } = await read({ filter: { excludeModels: ["gpt5"] } });
  expect(report.warnings).toEqual(['no model "gpt5" to exclude; did you mean "gpt-5"?']);
});

test("unknown fields, latency, answers and questions are kept", async () => {
  const more = { prediction: "4", ground_truth: 4, origin_query: "2+2", tool: "x", extra_fields: { latency_s: 1.5 } };
  await write({ records: [record(1, 1, more)] });
  const { table, details } = await read();
  expect(table.latencySeconds?.data[0]).toBe(1.5);
  expect(table.prediction(0, 0)).toBe("4");
  expect([details.originQuery(0), details.groundTruth(0)]).toEqual(["2+2", "4"]);
  expect(JSON.parse(details.extra(0, 0))).toEqual({ tool: "x", extra_fields: { latency_s: 1.5 } });
});

test.each(["Zürich 😀 \u0080", "plain", "escaped \u00e9 and raw é", "half \ud83d pair"])(
  "texts beyond ASCII come through as they are: %j",
  async (prompt) => {
    await write({ dataset: "ü", model: "模", records: [record(1, 1, { prompt, tag: prompt })] });
    const { table, details } = await read();
    const expected = prompt.replace("\ud83d ", "\ufffd ");
    expect(table.prompts).toEqual([expected]);
    expect(table.datasets[0]?.dataset).toBe("ü");
    expect(table.models[0]?.id).toBe("模");
    expect(JSON.parse(details.extra(0, 0))).toEqual({ tag: prompt });
  },
);
