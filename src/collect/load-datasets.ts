/** The prompts of a configuration's data sets: from a file of prompts, a table of results, or a results folder. */
import { stat } from "node:fs/promises";
import { extname, isAbsolute, join } from "node:path";
import type { DatasetDefinition } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import { findDataset } from "../datasets/registry.ts";
import { drawSample } from "../loading/draw-sample.ts";
import { loadItems } from "../loading/load-items.ts";
import type { LocalFile } from "../loading/read-rows.ts";
import { readTemplate } from "../loading/read-template.ts";
import { isNotThere } from "../store/no-such-path.ts";
import { openData, tableFormats } from "../store/open-data.ts";
import type { DatasetConfig, PlacedDatasetConfig } from "./config-schema.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { itemPrompts } from "./item-prompts.ts";
import { placedPrompts } from "./prompts.ts";
import type { PlacedPrompt } from "./prompts.ts";
import { readPrompts } from "./read-prompts.ts";

/** What data sets without a path are found by. */
export interface KnownDatasets {
  readonly known: readonly DatasetDefinition[];
  /** the set's files on this machine, fetched where they are not there */
  readonly files: (
    dataset: DatasetDefinition,
    where: { readonly split: string | undefined; readonly from: string | undefined },
  ) => Promise<LocalFile[]>;
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * All data sets, paths read from the folder of the configuration; without a path, one of the known.
 * @throws UsageError for a path that is not there or holds no prompt, and for an unknown set; DataError naming the row of a
 *   wrong record.
 */
export async function loadDatasets(
  configs: readonly DatasetConfig[],
  folder: string,
  sets?: KnownDatasets,
): Promise<LoadedDataset[]> {
  return await Promise.all(
    configs.map(async (config) =>
      config.path === undefined
        ? await loadKnown(config, folder, sets)
        : await loadPath(config.path, { ...config, split: config.split ?? "test" }, folder),
    ),
  );
}

const inFolder = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path));

async function loadKnown(config: DatasetConfig, folder: string, sets?: KnownDatasets): Promise<LoadedDataset> {
  const dataset = findDataset(config.id, sets?.known);
  if (!dataset || !sets) throw noSuchDataset(config.id, sets);
  const { split, limit, seed, from, template } = config;
  const files = await sets.files(dataset, { split, from: from === undefined ? undefined : inFolder(folder, from) });
  const words = template === undefined ? undefined : await readTemplate(inFolder(folder, template));
  const { notes, ...loaded } = await loadItems(dataset, files, { split, limit, seed });
  for (const text of notes) sets.onNote?.(text);
  return { config: { ...config, split: loaded.split }, prompts: itemPrompts(config.id, dataset, loaded, words) };
}

function noSuchDataset(id: string, sets: KnownDatasets | undefined): UsageError {
  const names = (sets?.known ?? []).filter(({ vectorsOnly }) => !vectorsOnly).map((one) => one.id);
  const { problem, mend } = unknownName("data set", id, names);
  return new UsageError({ problem, where: `datasets, ${id}`, mend: `${mend} For prompts of your own, give a path.` });
}

async function loadPath(path: string, config: PlacedDatasetConfig, folder: string): Promise<LoadedDataset> {
  const place = inFolder(folder, path);
  const all = (await promptsIn(place, config)) ?? (await promptsOfResults(place, config));
  if (all.length === 0)
    throw new UsageError({ problem: "holds no prompt", where: place, mend: "Check path and id of the data set." });
  return { config, prompts: limited(all, config).toSorted((a, b) => a.index - b.index) };
}

function limited(prompts: readonly PlacedPrompt[], { limit, seed }: DatasetConfig): readonly PlacedPrompt[] {
  if (seed === undefined || limit === undefined) return prompts.slice(0, limit);
  const drawn = drawSample(
    prompts.map(({ index }) => String(index)),
    { count: limit, seed },
  );
  return drawn.map((i) => prompts[i]).filter((prompt) => prompt !== undefined);
}

/** Undefined when the path is no file of prompts: a folder, say, or a table of results. */
async function promptsIn(path: string, config: PlacedDatasetConfig): Promise<PlacedPrompt[] | undefined> {
  const extension = extname(path).toLowerCase();
  if (!(extension in tableFormats) || !(await isFile(path))) return undefined;
  return await readPrompts(path, tableFormats[extension as keyof typeof tableFormats], config);
}

/** The prompts of recorded results: those of the data set's id and split when it is in them, else all. */
async function promptsOfResults(path: string, { id, split, map }: PlacedDatasetConfig): Promise<PlacedPrompt[]> {
  const { table, details } = await openData(path, { unscored: "missing", map });
  const prompts = placedPrompts(table, details);
  const own = prompts.filter((prompt) => prompt.dataset === id && prompt.split === split);
  if (own.length > 0) return own;
  return prompts.map((prompt, i) => ({ ...prompt, dataset: id, split, index: i + 1 }));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // What is not there is told by what opens it.
    if (isNotThere(error)) return false;
    throw error;
  }
}
