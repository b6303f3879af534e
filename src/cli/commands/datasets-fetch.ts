/** signalbox datasets fetch: a set's files from their home, and whether they are what they should be. */
import { Command } from "commander";
import type { DatasetDefinition } from "../../core/dataset.ts";
import { exitCodes } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { datasetByName } from "../../datasets/registry.ts";
import { loadItems } from "../../loading/load-items.ts";
import type { LoadedItems } from "../../loading/load-items.ts";
import { selfCheck } from "../../scoring/self-check.ts";
import type { SelfCheck } from "../../scoring/self-check.ts";
import { openDatasetFiles, withDatasetSource } from "../dataset-source.ts";
import type { DatasetSourceOptions } from "../dataset-source.ts";
import { knownDatasets } from "../known-datasets.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox datasets fetch math500
  $ signalbox datasets fetch mmlu-pro medqa bbh
  $ HF_TOKEN=… signalbox datasets fetch gpqa         a set that is not open to all: its page says how to get access
  $ signalbox datasets fetch mbpp --split test_500
  $ signalbox datasets fetch math500 --from ~/data/math500   checks files you have, downloads nothing

Files are kept in the cache folder, each whole or not at all; stopped, the same command goes on. Every row is read and checked, and
the first items' own perfect answers must score 1. Exit code 1 when one does not. The token is sent to huggingface.co alone.`;

interface FetchOptions extends DatasetSourceOptions {
  readonly json?: true;
}

interface Fetched {
  readonly id: string;
  readonly split: string;
  readonly items: number;
  readonly files: readonly string[];
  readonly notes: readonly string[];
  readonly selfCheck: SelfCheck;
}

/** Items whose perfect answer is scored: enough to see a schema that has changed. */
const checkedItems = 20;

export function datasetsFetchCommand(signal: AbortSignal): Command {
  return withDatasetSource(new Command("fetch"))
    .description("Download data sets from their documented homes, and check them.")
    .argument("<ids...>", "see: datasets list")
    .option("--json", "as JSON")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (ids: readonly string[], options: FetchOptions) => {
      const known = await knownDatasets();
      const wanted = ids.map((id) => datasetByName(id, known));
      const fetched: Fetched[] = [];
      // oxlint-disable-next-line no-await-in-loop -- one after the other: a hub is not to be stormed
      for (const dataset of wanted) fetched.push(await fetchOne(dataset, options, signal));
      if (options.json) print(JSON.stringify(fetched, undefined, 2));
      else print(fetched.map(lineOf).join("\n"));
      if (!options.quiet) for (const text of fetched.flatMap(({ notes }) => notes)) note(`note: ${text}`);
      if (fetched.some((one) => one.selfCheck.failed.length > 0)) process.exitCode = exitCodes.failed;
    });
}

async function fetchOne(dataset: DatasetDefinition, options: FetchOptions, signal: AbortSignal): Promise<Fetched> {
  const files = await openDatasetFiles(dataset, options, signal);
  const loaded = await loadItems(dataset, files, { split: options.split });
  return {
    id: dataset.id,
    split: loaded.split,
    items: loaded.total,
    files: files.map(({ local }) => local),
    notes: loaded.notes,
    selfCheck: await checked(dataset, loaded, signal),
  };
}

async function checked(dataset: DatasetDefinition, { items }: LoadedItems, signal: AbortSignal): Promise<SelfCheck> {
  return await selfCheck(dataset, items.slice(0, checkedItems), { signal });
}

function lineOf({ id, split, items, files, selfCheck: { checked: count, failed } }: Fetched): string {
  const first = failed[0];
  const check =
    count === 0
      ? "scoring needs a tool: not checked"
      : first
        ? `${failed.length} of ${count} perfect answers do not score 1; the first: item ${first.id}, ${first.result.status} ${first.result.detail ?? first.result.prediction}`
        : `${plural(count, "perfect answer")} score${count === 1 ? "s" : ""} 1`;
  return `${id}/${split}: ${plural(items, "item")} in ${plural(files.length, "file")}; ${check}`;
}
