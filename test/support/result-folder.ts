/** A folder of result files, new for every test of the file that imports this, and what writes and reads it. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach } from "vitest";
import type { LoadedResults } from "../../src/store/project.ts";
import { readResults } from "../../src/store/read-results.ts";
import type { ReadResultsOptions } from "../../src/store/read-results.ts";

/** The folder of the test that runs. */
export let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "signalbox-read-"));
});

/** Reads the folder without a snapshot. */
export const read = (options: ReadResultsOptions = {}): Promise<LoadedResults> =>
  readResults(root, { snapshot: "off", ...options });

/** One result file. */
export interface Run {
  readonly dataset?: string;
  readonly split?: string;
  readonly model?: string;
  readonly name?: string;
  readonly records?: readonly object[];
  readonly head?: object;
}

/** A record of prompt `index`; the text is the same in every model's file. */
export function record(index: number, score: number | null = 1, more: object = {}): object {
  const amounts = { prompt_tokens: 10, completion_tokens: 20, cost: 0.01 };
  return { index, prompt: `prompt ${index}`, ...amounts, score, raw_output: "long answer", ...more };
}

/** Writes one result file; gives its path. */
export async function write({
  dataset = "d",
  split = "test",
  model = "m",
  name = "20250101_000000.json",
  ...run
}: Run): Promise<string> {
  const records = run.records ?? [record(1)];
  const body = { model_name: model, dataset_name: dataset, split, demo: false, ...run.head, records };
  return await put(join("bench", dataset, split, model, name), JSON.stringify(body));
}

/** Writes any file below the folder; gives its path. */
export async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}
