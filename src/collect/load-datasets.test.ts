import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataError, UsageError } from "../core/errors.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import type { DatasetConfig } from "./config.ts";
import { loadDatasets } from "./load-datasets.ts";
import type { PlacedPrompt } from "./prompts.ts";

let folder = "";
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "signalbox-prompts-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(
  path: string,
  text?: string,
  change: Partial<DatasetConfig> = {},
): Promise<readonly PlacedPrompt[]> {
  if (text !== undefined) await writeFile(join(folder, path), text);
  const [loaded] = await loadDatasets([{ id: "toy", split: "test", path, ...change }], folder);
  return loaded!.prompts;
}

const place = { dataset: "toy", split: "test" };

describe("prompts from a file", () => {
  test("JSON lines bring the expected answer, the bare question and whatever else they hold", async () => {
    const line = { prompt: "Pick one.", ground_truth: "B", origin_query: "one?", choices: ["x", "y"], subject: "law" };
    expect(await load("p.jsonl", `${JSON.stringify(line)}\n\n{"query": "Two?", "answer": 4, "note": null}\n`)).toEqual([
      {
        ...place,
        index: 1,
        text: "Pick one.",
        query: "one?",
        groundTruth: "B",
        record: { choices: ["x", "y"], subject: "law" },
      },
      { ...place, index: 2, text: "Two?", groundTruth: "4" },
    ]);
  });

  test("CSV brings the same, lists written as JSON, columns named by the mapping", async () => {
    const csv = `number,stem,key,choices\n7,"Pick, now",B,"[""x"", ""y""]"\n8,Go,A,[broken\n`;
    const map = { prompt: "stem", ground_truth: "key", index: "number" };
    expect(await load("p.csv", csv, { map })).toEqual([
      { ...place, index: 7, text: "Pick, now", groundTruth: "B", record: { choices: ["x", "y"] } },
      { ...place, index: 8, text: "Go", groundTruth: "A", record: { choices: "[broken" } },
    ]);
  });

  test("the limit takes the first", async () => {
    expect(await load("p.jsonl", '{"prompt": "a"}\n{"prompt": "b"}\n', { limit: 1 })).toHaveLength(1);
  });

  test.each([
    ["no prompt", '{"prompt": "a"}\n{"text": "b"}', /p\.jsonl, line 2.*has no prompt/s],
    ["a prompt that is no text", '{"prompt": 7}', /line 1.*prompt is not a text/s],
    ["an index twice", '{"prompt": "a", "index": 2}\n{"prompt": "b", "index": 2}', /line 2.*index 2 stands twice/s],
    ["an index that is none", '{"prompt": "a", "index": 1.5}', /index is 1\.5, must be a whole number/],
    ["a line that is not JSON", '{"prompt": "a"}\n{', /line 2.*broken JSON/s],
  ])("refuses %s, naming the row", async (_, text, message) => {
    const error: unknown = await load("p.jsonl", text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(message);
  });

  test("refuses a mapping of a field or from a column that is not there, and a file without a prompt", async () => {
    const line = '{"prompt": "a"}\n';
    await expect(load("p.jsonl", line, { map: { promt: "prompt" } })).rejects.toThrow(
      /unknown field "promt".*"prompt"/s,
    );
    await expect(load("p.jsonl", line, { map: { prompt: "promt" } })).rejects.toThrow(/unknown column "promt"/);
    await expect(load("p.jsonl", "\n")).rejects.toThrow(/holds no prompt/);
    await expect(load("q.jsonl")).rejects.toThrow(UsageError);
  });
});

describe("prompts from results", () => {
  test("a folder gives its own data set, with what its files know of each prompt", async () => {
    const record = { prompt_tokens: 1, completion_tokens: 1, cost: 1, score: 1, prediction: "B", raw_output: "B" };
    const record1 = { ...record, index: 1, origin_query: "one?", prompt: "Pick one.", ground_truth: "B" };
    const known = { ...record1, extra_fields: { record: { choices: ["x", "y"] } } };
    const other = { ...record1, origin_query: "two?", prompt: "Two.", ground_truth: "" };
    await writeResultFile(folder, { ...place, model: "a", stamp: "20260101_000000", records: [record1] });
    await writeResultFile(folder, { ...place, model: "b", stamp: "20260101_000000", records: [known] });
    await writeResultFile(folder, { ...place, dataset: "u", model: "a", stamp: "20260101_000000", records: [other] });
    expect(await load(".")).toEqual([
      { ...place, index: 1, text: "Pick one.", query: "one?", groundTruth: "B", record: { choices: ["x", "y"] } },
    ]);
    expect(
      (await load(".", undefined, { id: "mine" })).map(({ dataset, index, text }) => [dataset, index, text]),
    ).toEqual([
      ["mine", 1, "Pick one."],
      ["mine", 2, "Two."],
    ]);
  });

  test("a table of results gives each prompt once", async () => {
    const rows = ["a", "b"].map((model) => JSON.stringify({ prompt: "One?", model, score: 1, ground_truth: "1" }));
    expect(await load("r.jsonl", `${rows.join("\n")}\n`)).toEqual([
      { ...place, index: 1, text: "One?", groundTruth: "1" },
    ]);
  });
});
