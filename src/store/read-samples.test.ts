import { join } from "node:path";
import { expect, test } from "vitest";
import { read, record, root, write } from "../../test/support/result-folder.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { tableFindings } from "../experiment/data-findings.ts";
import { readResults } from "./read-results.ts";

const failed = { raw_output: "Generation failed: 500", cost: null, prompt_tokens: null, completion_tokens: null };

/** A file for each sample, as `collect` names them. */
async function samples(files: readonly (readonly object[])[], model = "m"): Promise<void> {
  for (const [sample, records] of files.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- three small files
    await write({ model, records, name: `2025010${9 - sample}_000000.json`, head: sample > 0 ? { sample } : {} });
  }
}

test("a cell is the mean over the samples of a run: score, cost, tokens; its answer is the first sample's", async () => {
  await samples([
    [record(1, 1, { cost: 0.01, prediction: "A" }), record(2, 0)],
    [record(1, 0, { cost: 0.02, prediction: "B" }), record(2, 0)],
    [record(1, 0, { cost: 0.06, prediction: "C", completion_tokens: 50 }), record(2, 1)],
  ]);
  const { table, report } = await read();
  expect([...table.score.data]).toEqual([1 / 3, 1 / 3]);
  expect([...table.costUsd.data]).toEqual([expect.closeTo(0.03, 12), expect.closeTo(0.01, 12)]);
  expect([...table.completionTokens.data]).toEqual([30, 20]);
  expect(table.prediction(0, 0)).toBe("A");
  expect(table.samples).toEqual([3, 3]);
  expect([report.files.used, report.files.shadowed]).toEqual([3, []]);
});

test("a failed sample is a score of 0, and no price; a run of failures has failed", async () => {
  await samples([
    [record(1, null, failed), record(2, null, failed)],
    [record(1, 1, { cost: 0.02, prediction: "B" }), record(2, null, failed)],
  ]);
  const { table } = await read();
  expect([...table.status]).toEqual([cellStatus.scored, cellStatus.failed]);
  expect([...table.score.data]).toEqual([0.5, 0]);
  expect([...table.costUsd.data]).toEqual([0.02, NaN]);
  expect(table.prediction(0, 0)).toBe("B");
});

test("a sample without a score is left out of the mean, and told; without any score a policy is asked for", async () => {
  await samples([
    [record(1, null), record(2, null)],
    [record(1, 1), record(2, null)],
  ]);
  await expect(read()).rejects.toThrow(/1 answers of m on d\/test have no score.*--unscored missing/);
  const { table, report } = await read({ unscored: "zero" });
  expect([...table.score.data]).toEqual([1, 0]);
  expect(report.warnings).toEqual(["1 prompt of m on d/test has samples without a score: the mean is over the others"]);
});

test("an index that only a further sample has is a row, as any other", async () => {
  await samples([[record(1, 1)], [record(1, 0), record(2, 1)]]);
  const { table } = await read();
  expect([...table.index]).toEqual([1, 2]);
  expect([...table.score.data]).toEqual([0.5, 1]);
});

test("the number of samples is that of what is asked for, told in words, and kept in the snapshot", async () => {
  await samples([[record(1, 1)], [record(1, 0)]]);
  await write({ model: "once" });
  const options = { cacheDir: join(root, ".cache") };
  const fresh = await readResults(root, options);
  const kept = await readResults(root, options);
  expect([fresh.report.snapshot.state, kept.report.snapshot.state]).toEqual(["written", "used"]);
  for (const { table } of [fresh, kept]) {
    expect([...table.score.data]).toEqual([0.5, 1]);
    expect(table.samples).toEqual([1, 2]);
    expect(tableFindings(table).join()).toContain("means over all samples, 1 to 2, of a model's answer to a prompt");
  }
  const one = await readResults(root, { ...options, filter: { models: ["once"] } });
  expect(one.table.samples).toBeUndefined();
  expect(tableFindings(one.table).join()).not.toContain("samples");
});
