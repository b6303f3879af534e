/** The prompts of a configuration's data sets: from a file of prompts, a table of results, or a results folder. */
import { stat } from "node:fs/promises";
import { extname, isAbsolute, join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { isNotThere } from "../store/no-such-path.ts";
import { openData, tableFormats } from "../store/open-data.ts";
import type { DatasetConfig } from "./config.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { placedPrompts } from "./prompts.ts";
import type { PlacedPrompt } from "./prompts.ts";
import { readPrompts } from "./read-prompts.ts";

/**
 * All data sets, paths read from the folder of the configuration.
 * @throws UsageError for a path that is not there or holds no prompt; DataError naming the row of a wrong record.
 */
export async function loadDatasets(configs: readonly DatasetConfig[], folder: string): Promise<LoadedDataset[]> {
  return await Promise.all(
    configs.map(async (config) => {
      const path = isAbsolute(config.path) ? config.path : join(folder, config.path);
      const all = (await promptsIn(path, config)) ?? (await promptsOfResults(path, config));
      if (all.length === 0)
        throw new UsageError({ problem: "holds no prompt", where: path, mend: "Check path and id of the data set." });
      return { config, prompts: all.slice(0, config.limit).toSorted((a, b) => a.index - b.index) };
    }),
  );
}

/** Undefined when the path is no file of prompts: a folder, say, or a table of results. */
async function promptsIn(path: string, config: DatasetConfig): Promise<PlacedPrompt[] | undefined> {
  const extension = extname(path).toLowerCase();
  if (!(extension in tableFormats) || !(await isFile(path))) return undefined;
  return await readPrompts(path, tableFormats[extension as keyof typeof tableFormats], config);
}

/** The prompts of recorded results: those of the data set's id and split when it is in them, else all. */
async function promptsOfResults(path: string, { id, split, map }: DatasetConfig): Promise<PlacedPrompt[]> {
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
