import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { promptOf } from "../core/prompt-of.ts";
import { datasets, findDataset } from "../datasets/registry.ts";
import { selfCheck } from "../scoring/self-check.ts";
import { datasetFiles } from "./dataset-files.ts";
import { loadItems } from "./load-items.ts";
import type { LoadedItem } from "./load-items.ts";
import { ownDataset, ownDatasetSchema } from "./own-dataset.ts";
import type { OwnDataset } from "./own-dataset.ts";
import { ownDatasets, ownDatasetsFolder, writeOwnDataset } from "./own-datasets.ts";

const now = (): Date => new Date(0);

async function added(name: string, text: string, own: Partial<OwnDataset>): Promise<OwnDataset> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, text);
  const format = name.split(".").at(-1);
  return ownDatasetSchema.parse({ schemaVersion: 1, name: "mine", file, format, evaluator: "letter", ...own });
}

async function loaded(own: OwnDataset): Promise<readonly LoadedItem[]> {
  const dataset = ownDataset(own);
  return (await loadItems(dataset, await datasetFiles(dataset, { folder: "unused", now }))).items;
}

describe("a data set of one's own", () => {
  test("choices stand in one column, as JSON, or in one column each; a key may be an option's text", async () => {
    const csv =
      'q,key,options,topic\n"Two, plus two?",four,"[""three"", ""four""]",sums\nOne?,A,"[""one"", ""two""]",words\n';
    const columns = { prompt: "q", answer: "key", choices: ["options"] };
    const [first, second] = await loaded(await added("quiz.csv", csv, { columns }));
    expect(first?.item).toMatchObject({ id: "1", query: "Two, plus two?", truth: "B", record: { topic: "sums" } });
    expect(first?.item.choices?.map(({ letter, text }) => letter + text)).toEqual(["Athree", "Bfour"]);
    expect(second?.item.truth).toBe("A");
    const wide = await added("quiz.csv", "q,key,A,B,C\nWhich?,C,x,y,z\nWhich now?,A,x,y,\n", {
      columns: { prompt: "q", answer: "key", choices: ["A", "B", "C"] },
    });
    expect((await loaded(wide)).map(({ item }) => item.choices?.length)).toEqual([3, 2]);
  });

  test.each<[string, string, Partial<OwnDataset>]>([
    ["quiz.tsv", "q\tkey\tA\tB\nWhich?\tB\tx\ty\n", { columns: { prompt: "q", answer: "key", choices: ["A", "B"] } }],
    ["sums.jsonl", '{"q": "1/2 + 1/4?", "key": "\\\\frac{3}{4}"}\n', { evaluator: "boxed-maths" }],
    ["sums.jsonl", '{"q": "Growth?", "key": "10%"}\n', { evaluator: "numeric" }],
    ["words.json", '[{"q": "Is it so?", "key": "Yes"}]', { evaluator: "label" }],
  ])("%s: its keys score 1 as answers (%#)", async (name, text, change) => {
    const own = await added(name, text, { columns: { prompt: "q", answer: "key", choices: [] }, ...change });
    const items = await loaded(own);
    expect(await selfCheck(ownDataset(own), items)).toEqual({ checked: 1, skipped: 0, failed: [] });
    expect(promptOf(ownDataset(own), items[0]!.item).text).toContain(items[0]!.item.query);
  });

  test("its own template is its prompt, under the template's version", async () => {
    const columns = { prompt: "q", answer: "key", choices: [] };
    const own = await added("a.jsonl", '{"q": "Why?", "key": "so"}\n', {
      evaluator: "label",
      columns,
      template: "Q: {{query}}",
    });
    const [one] = await loaded(own);
    const { text, version } = promptOf(ownDataset(own), one!.item);
    expect([text, version]).toEqual(["Q: Why?", expect.stringMatching(/^mine\/template\/[0-9a-f]{12}$/)]);
  });

  test("is written down, found beside the built-in ones, and takes no name of theirs", async () => {
    const folder = join(await temporaryFolder(), "datasets");
    const columns = { prompt: "q", answer: "key", choices: [] };
    const own = await added("a.jsonl", '{"q": "Why?", "key": "so"}\n', { evaluator: "label", columns });
    expect(await ownDatasets(folder)).toEqual([]);
    const path = await writeOwnDataset(folder, own, { replace: false });
    expect(await readFile(path, "utf8")).toContain("name: mine");
    expect(findDataset("mine", [...datasets, ...(await ownDatasets(folder))])?.source.home).toBe(own.file);
    await expect(writeOwnDataset(folder, own, { replace: false })).rejects.toThrow("--force");
    expect(await writeOwnDataset(folder, own, { replace: true })).toBe(path);
    await expect(writeOwnDataset(folder, { ...own, name: "MMLU-Pro" }, { replace: true })).rejects.toThrow("built-in");
  });

  test("its folder follows the environment", () => {
    expect(ownDatasetsFolder({ SIGNALBOX_DATASETS: "/a" })).toBe("/a");
    expect(ownDatasetsFolder({ XDG_CONFIG_HOME: "/b" })).toBe("/b/signalbox/datasets");
    expect(ownDatasetsFolder({})).toMatch(/\.config\/signalbox\/datasets$/);
  });
});
