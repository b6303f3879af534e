/** The prompts of a configuration's data sets: from a results folder or table, or a JSONL file of prompts alone. */
import { createReadStream } from "node:fs";
import { isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { DataError, UsageError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import { openData } from "../store/open-data.ts";
import type { DatasetConfig } from "./config.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { placedPrompts } from "./prompts.ts";
import type { PlacedPrompt } from "./prompts.ts";

/**
 * All data sets, paths read from the folder of the configuration.
 * @throws UsageError for a path that is not there or holds no prompt; DataError naming the line of a wrong record.
 */
export async function loadDatasets(configs: readonly DatasetConfig[], folder: string): Promise<LoadedDataset[]> {
  return await Promise.all(
    configs.map(async (config) => {
      const path = isAbsolute(config.path) ? config.path : join(folder, config.path);
      const all = path.endsWith(".jsonl") ? await readPromptLines(path, config) : await readTable(path, config);
      if (all.length === 0)
        throw new UsageError({ problem: "holds no prompt", where: path, mend: "Check path and id of the data set." });
      return { config, prompts: all.slice(0, config.limit) };
    }),
  );
}

/** The prompts of recorded results: those of the data set's id and split when it is in them, else all. */
async function readTable(path: string, { id, split, map }: DatasetConfig): Promise<PlacedPrompt[]> {
  const { table } = await openData(path, { unscored: "missing", map });
  const prompts = placedPrompts(table);
  const own = prompts.filter((prompt) => prompt.dataset === id && prompt.split === split);
  if (own.length > 0) return own;
  return prompts.map((prompt, i) => ({ ...prompt, dataset: id, split, index: i + 1 }));
}

const lineSchema = z.object({ prompt: z.string(), index: z.int().nonnegative().optional() });

async function readPromptLines(path: string, { id, split, map }: DatasetConfig): Promise<PlacedPrompt[]> {
  const prompts: PlacedPrompt[] = [];
  const seen = new Set<number>();
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const where = `${path}, line ${number}`;
    const { prompt: text, index = prompts.length + 1 } = lineOf(line, where, map);
    if (seen.has(index))
      throw new DataError({ problem: `index ${index} stands twice`, where, mend: "Number the prompts apart." });
    seen.add(index);
    prompts.push({ dataset: id, split, index, text });
  }
  return prompts;
}

function lineOf(line: string, where: string, map: Readonly<Record<string, string>> = {}): z.infer<typeof lineSchema> {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (cause) {
    throw new DataError({ problem: "is not JSON", where, mend: 'Write one object a line: {"prompt": "…"}', cause });
  }
  const fields = Object(raw) as Readonly<Record<string, unknown>>;
  const named = { prompt: fields[map["prompt"] ?? "prompt"], index: fields[map["index"] ?? "index"] };
  const parsed = lineSchema.safeParse(named);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const mend = "Name the column with map: {prompt: COLUMN} in the configuration, or correct the line.";
  throw new DataError({ problem: `${issue?.path.join(".") ?? ""} ${issueWords(issue)}`, where, mend });
}
