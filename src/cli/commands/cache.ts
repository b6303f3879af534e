/** signalbox cache: what is kept of answers, and how to move, import and clear it. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import type { AnswerCache } from "../../cache/answer-cache.ts";
import { prune } from "../../cache/prune.ts";
import type { Pruned } from "../../cache/prune.ts";
import { cacheStatistics } from "../../cache/statistics.ts";
import type { CacheStatistics } from "../../cache/statistics.ts";
import { exportedLines, importLines, isExport } from "../../cache/transfer.ts";
import { openConfig } from "../../collect/config.ts";
import { importAnswers } from "../../collect/import-answers.ts";
import type { ImportedAnswers } from "../../collect/import-answers.ts";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { usd } from "../../report/format.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { writeFileAtomic } from "../../store/atomic-write.ts";
import { byteSize, bytesText, timeSpan } from "../amounts.ts";
import { cachePlace, withCache } from "../cache-choice.ts";
import { list, mapping } from "../data-options.ts";
import { requireWritable } from "../outputs.ts";
import { note, print } from "../terminal.ts";

interface Options {
  readonly cache?: string;
  readonly config?: string;
  readonly models?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  $ signalbox cache stats
  $ signalbox cache export -o answers.jsonl
  $ signalbox cache import answers.jsonl --cache redis://cache.example:6379
  $ signalbox cache import results/ --config signalbox.yaml      results of earlier runs, LLMRouterBench's too
  $ signalbox cache prune --older-than 90d --max-size 2GB --dry-run

The cache is that of --cache, else of signalbox.yaml in this folder, else your own. A password of Redis stands in
SIGNALBOX_REDIS_PASSWORD.`;

export function cacheCommand(signal: AbortSignal): Command {
  const command = new Command("cache")
    .description("See, move, import and clear the answers that were paid for.")
    .addHelpText("after", examples);
  for (const make of [statsCommand, exportCommand, importCommand, pruneCommand])
    command.addCommand(make(signal).exitOverride());
  return command;
}

function withPlace(command: Command): Command {
  return command
    .option("--cache <place>", "a folder, or redis://HOST:PORT (default: as configured)")
    .option("--config <file>", "the configuration that names the cache (default: signalbox.yaml, where there is one)")
    .option("-q, --quiet", "no notes on stderr");
}

const defaultConfig = "signalbox.yaml";

async function withOpened<Result>(options: Options, work: (cache: AnswerCache) => Promise<Result>): Promise<Result> {
  const path = options.config ?? (existsSync(defaultConfig) ? defaultConfig : undefined);
  const isNamed = options.cache !== undefined;
  const config = path === undefined || isNamed ? {} : (await openConfig(path)).config;
  const place = cachePlace({ cache: options.cache }, config, dirname(resolve(path ?? defaultConfig)));
  if (place === undefined) {
    const mend = "Name one: --cache FOLDER, or redis://HOST:PORT";
    throw new UsageError({ problem: "the configuration uses no cache", where: path, mend });
  }
  return await withCache(place, { quiet: options.quiet }, (use) => {
    if (use === undefined) throw new Error("a cache that is not optional was not opened");
    return work(use.cache);
  });
}

function statsCommand(signal: AbortSignal): Command {
  return withPlace(new Command("stats"))
    .description("What the cache holds: answers, size, and what they cost, by model.")
    .option("--json", "everything as JSON on stdout")
    .action(async (options: Options) => {
      const found = await withOpened(options, (cache) => cacheStatistics(cache, signal));
      print(options.json ? JSON.stringify(found, null, 2) : statsText(found));
    });
}

function statsText({ place, answers, damaged, bytes, paidUsd, models }: CacheStatistics): string {
  const total = `${place}: ${plural(answers, "answer")}, ${bytesText(bytes)}, paid for with ${usd(paidUsd)} USD`;
  const broken = damaged > 0 ? [`${plural(damaged, "damaged entry", "damaged entries")}: signalbox cache prune`] : [];
  if (models.length === 0) return [total, ...broken].join("\n");
  const head = ["model", "at", "answers", "imported", "size", "USD", "oldest", "newest"];
  const rows = models.map((model) => [
    model.model,
    model.baseUrl,
    model.answers.toLocaleString("en-US"),
    model.imported.toLocaleString("en-US"),
    bytesText(model.bytes),
    usd(model.paidUsd),
    model.oldest.slice(0, 10),
    model.newest.slice(0, 10),
  ]);
  return [total, ...broken, "", ...alignedLines([head, ...rows], ["left", "left"])].join("\n");
}

function exportCommand(signal: AbortSignal): Command {
  return withPlace(new Command("export"))
    .description("Write the answers as JSON lines, questions included: a backup, or a cache for somebody else.")
    .requiredOption("-o, --output <file>", "the .jsonl file to write")
    .option("--models <names>", "only answers of these models, by the provider's names (comma-separated)", list)
    .action(async (options: Options & { output: string }) => {
      await requireWritable([options.output]);
      let lines = 0;
      await withOpened(options, async (cache) => {
        async function* counted(): AsyncGenerator<string> {
          for await (const line of exportedLines(cache, { models: options.models, signal })) {
            lines++;
            yield line;
          }
        }
        await writeFileAtomic(options.output, counted());
      });
      if (!options.quiet) note(`${plural(lines, "answer")} written`);
      print(options.output);
    });
}

function importCommand(signal: AbortSignal): Command {
  return withPlace(new Command("import"))
    .description("Take in an export, or results of earlier runs, so that they are not paid for again.")
    .argument("<path>", "a .jsonl export; or a results folder, or a .csv, .jsonl or .parquet table with raw_output")
    .option("--map <field=column>", "columns of a table", mapping)
    .option("--json", "the counts as JSON on stdout")
    .addHelpText("after", importHelp)
    .action(async (path: string, options: Options & { map?: Record<string, string> }) => {
      if (path.endsWith(".jsonl") && existsSync(path) && (await isExport(path))) {
        const found = await withOpened(options, (cache) => importLines(path, cache, signal));
        const lines = found.refused.slice(0, 5).join(", ");
        const refused = found.refused.length > 0 ? `; ${plural(found.refused.length, "line")} refused: ${lines}` : "";
        print(options.json ? JSON.stringify(found) : `${importedText(found)}${refused}`);
        return;
      }
      const { config } = await openConfig(options.config ?? defaultConfig);
      const { map } = options;
      const found = await withOpened(options, (cache) => importAnswers(path, config, cache, { map, signal }));
      const unknownModels = Object.fromEntries(found.unknownModels);
      print(options.json ? JSON.stringify({ ...found, unknownModels }) : resultsText(found));
    });
}

const importHelp = `
Results say which model answered by a name; the configuration (--config) says which provider's model that is, and how it was asked:
its models are matched by name, its data sets by id and split (for their system message). Failed calls are not imported.`;

function importedText({ imported, there }: { readonly imported: number; readonly there: number }): string {
  return `${plural(imported, "answer")} imported${there > 0 ? `, ${there.toLocaleString("en-US")} there already` : ""}`;
}

function resultsText(found: ImportedAnswers): string {
  const unknown = [...found.unknownModels].map(([name, records]) => `${name} (${records.toLocaleString("en-US")})`);
  return [
    importedText(found),
    ...(found.failed > 0 ? [`${plural(found.failed, "failed call")} left out`] : []),
    ...(found.withoutAnswer > 0
      ? [`${plural(found.withoutAnswer, "record")} without an answer (raw_output) left out`]
      : []),
    ...(unknown.length > 0 ? [`models that the configuration does not name: ${unknown.join(", ")}`] : []),
  ].join("\n");
}

interface PruneCommandOptions extends Options {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly dryRun?: boolean;
}

function pruneCommand(signal: AbortSignal): Command {
  return withPlace(new Command("prune"))
    .description("Remove answers by age, model or size; without an option only entries that are damaged.")
    .option("--older-than <span>", "asked longer ago than that: 12h, 30d, 8w", timeSpan)
    .option("--models <names>", "those of these models, by the provider's names (comma-separated)", list)
    .option("--max-size <size>", "the oldest, until no more than that is left: 500MB, 2GB", byteSize)
    .option("--dry-run", "say what would go, and remove nothing")
    .option("--json", "the counts as JSON on stdout")
    .action(async (options: PruneCommandOptions) => {
      const { olderThan, maxSize: mostBytes, models, dryRun: isDryRun } = options;
      const beforeMs = olderThan === undefined ? undefined : Date.now() - olderThan;
      const done = await withOpened(options, (cache) =>
        prune(cache, { beforeMs, mostBytes, models, isDryRun, signal }),
      );
      print(options.json ? JSON.stringify(done) : prunedText(done, isDryRun ?? false));
    });
}

function prunedText(
  { removed, removedBytes, damaged, kept, keptBytes, removedUsd }: Pruned,
  isDryRun: boolean,
): string {
  const verb = isDryRun ? "would go" : "removed";
  const broken = damaged > 0 ? `, ${damaged.toLocaleString("en-US")} of them damaged` : "";
  const went = `${plural(removed, "entry", "entries")} ${verb} (${bytesText(removedBytes)}${broken})`;
  const cost = removedUsd > 0 ? `; they had cost ${usd(removedUsd)} USD` : "";
  return `${went}${cost}; ${kept.toLocaleString("en-US")} kept (${bytesText(keptBytes)})`;
}
