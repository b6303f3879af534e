import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import type { ResultRecord } from "../store/write-result-file.ts";
import { scoreFolder } from "./score-folder.ts";
import type { FolderScored } from "./score-folder.ts";

const place = { dataset: "toy", split: "test", model: "a", stamp: "20260101_000000" };

function answer(index: number, raw_output: string, change: Partial<ResultRecord> = {}): ResultRecord {
  const tokens = { prompt_tokens: 1, completion_tokens: 2, cost: 0.5 };
  const texts = { origin_query: "?", prompt: `prompt ${index}`, prediction: "", ground_truth: "B", raw_output };
  const extra_fields = { latency_s: 1, record: { choices: ["red", "blue"] } };
  return { index, ...texts, ...tokens, score: null, extra_fields, ...change };
}

async function scored(records: readonly ResultRecord[]): Promise<FolderScored & { records: ResultRecord[] }> {
  const [input, output] = [await temporaryFolder(), await temporaryFolder()];
  await writeResultFile(input, { ...place, records });
  const result = await scoreFolder(input, output, { evaluator: "letter" });
  const written = JSON.parse(await readFile(result.files[0]!, "utf8")) as { records: ResultRecord[] };
  return { ...result, records: written.records };
}

test("right, wrong, silent and failed answers each get what they are due, and keep what they had", async () => {
  const { counts, records } = await scored([
    answer(1, "The answer is (B)."),
    answer(2, "Answer: A"),
    answer(3, "Nobody can tell."),
    answer(4, "Generation failed: answered 500", { cost: null }),
    answer(5, "B", { ground_truth: "" }),
    answer(6, "It must be blue.\n\nFinal answer: blue"),
  ]);
  expect(records.map(({ score }) => score)).toEqual([1, 0, 0, null, null, 1]);
  expect(records.map(({ prediction }) => prediction)).toEqual(["B", "A", "", "", "", "B"]);
  expect(counts).toMatchObject({ scored: 3, "no-answer": 1, "generation-error": 1, "data-error": 1 });
  expect(records[0]).toMatchObject({ cost: 0.5, prompt: "prompt 1", raw_output: "The answer is (B)." });
  expect(records[0]!.extra_fields).toMatchObject({
    latency_s: 1,
    score_status: "scored",
    record: { choices: ["red", "blue"] },
  });
  expect(records[0]!.extra_fields!["scorer"]).toMatch(/^letter@\d+$/);
});

test("refuses a file without answers, and an option the evaluator does not know", async () => {
  const [input, output] = [await temporaryFolder(), await temporaryFolder()];
  await mkdir(join(input, "results"));
  await writeFile(join(input, "results", "x.json"), '{"dataset_name": "toy", "split": "test", "model_name": "a"}');
  await expect(scoreFolder(input, output, { evaluator: "letter" })).rejects.toThrow(DataError);
  await writeResultFile(input, { ...place, records: [answer(1, "B")] });
  await writeFile(
    join(input, "results", "x.json"),
    '{"dataset_name": "t", "split": "t", "model_name": "a", "records": []}',
  );
  const scorer = { evaluator: "letter", options: { leters: "AB" } };
  await expect(scoreFolder(input, output, scorer)).rejects.toThrow(UsageError);
});
