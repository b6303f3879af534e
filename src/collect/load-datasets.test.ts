import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DatasetDefinition } from "../core/dataset.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { datasets } from "../datasets/registry.ts";
import { sfe } from "../datasets/sfe.ts";
import { localFiles } from "../loading/local-files.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import type { DatasetConfig } from "./config-schema.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { itemPrompts } from "./item-prompts.ts";
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

describe("prompts of known data sets", () => {
  const rows = [1, 2, 3, 4, 5, 6].map((n) => ({
    problem: `What is ${n} + 1?`,
    answer: String(n + 1),
    unique_id: `p${n}`,
  }));

  async function known(config: Partial<DatasetConfig>): Promise<LoadedDataset> {
    await writeFile(join(folder, "test.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    await writeFile(join(folder, "mine.txt"), "Q: {{query}}");
    const files = (
      dataset: DatasetDefinition,
      { split, from }: { split: string | undefined; from: string | undefined },
    ) => Promise.resolve(localFiles(dataset, split, from ?? folder));
    const [loaded] = await loadDatasets([{ id: "math500", ...config }], folder, { known: datasets, files });
    return loaded!;
  }

  test("an id alone brings prompts in the set's words, their keys, and their places in the split", async () => {
    const { config, prompts } = await known({ from: ".", limit: 2 });
    expect(config.split).toBe("test");
    expect(prompts.map(({ index, groundTruth }) => [index, groundTruth])).toEqual([
      [1, "2"],
      [2, "3"],
    ]);
    expect(prompts[0]).toMatchObject({ dataset: "math500", query: "What is 1 + 1?", promptVersion: "math500/1" });
    expect(prompts[0]?.text).toContain("\\boxed");
  });

  test("a seed draws them, a template words them, and both keep the place", async () => {
    const { prompts } = await known({ limit: 3, seed: 3, template: "mine.txt" });
    expect(prompts).toHaveLength(3);
    for (const { index, text, promptVersion } of prompts) {
      expect(text).toBe(`Q: What is ${index} + 1?`);
      expect(promptVersion).toMatch(/^template\//);
    }
    expect((await known({ limit: 3, seed: 3 })).prompts.map(({ index }) => index)).toEqual(
      prompts.map(({ index }) => index),
    );
  });

  test("an unknown name gets the near ones; questions with pictures are not asked as text", async () => {
    await expect(known({ id: "math50" })).rejects.toThrow(
      /unknown data set "math50"\. Did you mean "math500".*give a path/,
    );
    const withPicture = { ...sfe.toItem(sfe.example, 1), images: ["data:image/png;base64,AAAA"] };
    const items = [{ position: 1, item: withPicture, row: sfe.example as unknown }];
    expect(() => itemPrompts("sfe", sfe, { split: "test", items })).toThrow("its questions hold pictures");
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
