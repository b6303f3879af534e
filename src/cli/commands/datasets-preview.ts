/** signalbox datasets preview: the prompts of a set as models get them, with their keys. */
import { Command } from "commander";
import type { DatasetDefinition } from "../../core/dataset.ts";
import { promptOf } from "../../core/prompt-of.ts";
import { groupedCount } from "../../core/plural.ts";
import { datasetByName } from "../../datasets/registry.ts";
import { loadItems } from "../../loading/load-items.ts";
import type { LoadedItem } from "../../loading/load-items.ts";
import { readTemplate } from "../../loading/read-template.ts";
import { openDatasetFiles, withDatasetSource } from "../dataset-source.ts";
import type { DatasetSourceOptions } from "../dataset-source.ts";
import { knownDatasets } from "../known-datasets.ts";
import { atLeast, wholeNumber } from "../numbers.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox datasets preview math500
  $ signalbox datasets preview mmlu-pro --limit 2 --seed 7   two, drawn
  $ signalbox datasets preview gpqa --example                a made-up row; nothing is downloaded
  $ signalbox datasets preview medqa --template mine.txt     your own wording

A template is a text with {{query}}, {{choices}}, {{letters}}, {{id}} and {{record.FIELD}}. Its hash stands in every record.`;

interface PreviewOptions extends DatasetSourceOptions {
  readonly limit: number;
  readonly seed?: number;
  readonly template?: string;
  readonly example?: true;
  readonly json?: true;
}

export function datasetsPreviewCommand(signal: AbortSignal): Command {
  return withDatasetSource(new Command("preview"))
    .description("Show prompts as models get them, with the expected answers.")
    .argument("<id>", "see: datasets list")
    .option("-n, --limit <number>", "how many", atLeast(1), 3)
    .option("--seed <number>", "draw them, instead of the first", wholeNumber)
    .option("--template <file>", "your own prompt")
    .option("--example", "the set's made-up row; nothing is downloaded")
    .option("--json", "as JSON")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (id: string, options: PreviewOptions) => {
      const dataset = datasetByName(id, await knownDatasets());
      const template = options.template === undefined ? undefined : await readTemplate(options.template);
      const shown = await itemsOf(dataset, options, signal);
      const prompts = shown.map(({ position, item }) => ({
        id: item.id,
        index: position,
        prompt: promptOf(dataset, item, template),
        truth: item.truth,
        tags: item.tags ?? {},
      }));
      if (options.json) return print(JSON.stringify(prompts, undefined, 2));
      print(
        prompts
          .map(({ id: own, index, prompt, truth }) => {
            const key =
              truth === null ? "in the record (tests)" : typeof truth === "string" ? truth : JSON.stringify(truth);
            return `── ${dataset.id} ${index}, id ${own}, prompt ${prompt.version}\n${prompt.text}\n── expected: ${key}`;
          })
          .join("\n\n"),
      );
    });
}

async function itemsOf(
  dataset: DatasetDefinition,
  options: PreviewOptions,
  signal: AbortSignal,
): Promise<readonly LoadedItem[]> {
  const { split, limit, seed, quiet } = options;
  if (options.example && dataset.source.kind !== "file") {
    if (!quiet) note("note: a made-up row, not the set's");
    return [{ position: 1, item: dataset.toItem(dataset.example, 1), row: dataset.example as unknown }];
  }
  const files = await openDatasetFiles(dataset, options, signal);
  const { items, total, notes } = await loadItems(dataset, files, { split, limit, seed });
  if (!quiet) for (const text of [...notes, `${items.length} of ${groupedCount(total)} items`]) note(`note: ${text}`);
  return items;
}
