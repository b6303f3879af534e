import { mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { simulatedResultFiles } from "../simulate/result-files.ts";
import { openData } from "../store/open-data.ts";
import { writeResultFile } from "../store/write-result-file.ts";
import { collectDemo, scoreDemo } from "./demo-collection.ts";
import type { DemoCollection } from "./demo-collection.ts";

const [promptsPerDomain, seed] = [3, 7];

async function demo(): Promise<{ collection: DemoCollection; results: string; files: readonly string[] }> {
  const out = await temporaryFolder();
  const signal = new AbortController().signal;
  const collection = await collectDemo({ out, promptsPerDomain, seed, quiet: true, signal });
  const results = join(out, "data");
  const { runs } = await scoreDemo(collection.output, results, signal);
  const files = runs.flatMap(({ written }) => written ?? []);
  return { collection, results, files };
}

async function tableIn(folder: string): Promise<OutcomeTable> {
  return (await openData(folder, { snapshot: "off" })).table;
}

test(
  "what is collected over HTTP and scored is what the pool answered, failed calls apart",
  { timeout: 240_000 },
  async () => {
    const { collection, results } = await demo();
    const direct = await temporaryFolder();
    for (const file of simulatedResultFiles(promptsPerDomain, seed)) await writeResultFile(direct, file);
    const [got, told] = [await tableIn(results), await tableIn(direct)];
    const failed = got.status.filter((status) => status === cellStatus.failed).length;
    expect(failed).toBe(collection.collected.models.reduce((sum, model) => sum + model.failed, 0));
    expect(got.prompts).toEqual(told.prompts);
    expect(got.models).toEqual(told.models);
    for (let cell = 0; cell < got.status.length; cell++) {
      if (got.status[cell] === cellStatus.failed) continue;
      expect(got.score.data[cell]).toBe(told.score.data[cell]);
      expect(got.costUsd.data[cell]).toBeCloseTo(told.costUsd.data[cell]!, 6);
    }
  },
);

test("a demo replaces an earlier demo's folders, and nobody else's", { timeout: 240_000 }, async () => {
  const out = await temporaryFolder();
  const options = { out, promptsPerDomain: 1, seed, quiet: true, signal: new AbortController().signal };
  await mkdir(join(out, "data"));
  await expect(collectDemo(options)).rejects.toThrow(/no demo has made it/);
  await rm(join(out, "data"), { recursive: true });
  await collectDemo(options);
  expect((await collectDemo(options)).collected.kept).toBe(0);
});

test(
  "a second demo writes the same results, byte for byte, though the provider's address is another",
  { timeout: 240_000 },
  async () => {
    const [first, second] = [await demo(), await demo()];
    const names = first.files.map((path) => relative(first.results, path));
    expect(second.files.map((path) => relative(second.results, path))).toEqual(names);
    for (const name of names) {
      const [a, b] = await Promise.all([first, second].map(({ results }) => readFile(join(results, name), "utf8")));
      expect(a).toBe(b);
    }
    expect(first.collection.repeated).toBe(second.collection.repeated);
  },
);
