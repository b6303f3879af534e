/** Options every command that reads data shares, and the one way they are turned into a table. */
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { RecordedRouters } from "../experiment/recorded-routers.ts";
import { openData } from "../store/open-data.ts";
import type { ResultDetails } from "../store/project.ts";
import { note, startProgress } from "./terminal.ts";

export interface DataOptions {
  readonly models?: string[] | undefined;
  readonly datasets?: string[] | undefined;
  readonly splits?: string[] | undefined;
  readonly excludeModels?: string[] | undefined;
  readonly excludeDatasets?: string[] | undefined;
  readonly excludeSplits?: string[] | undefined;
  readonly referenceModels?: string[] | undefined;
  readonly unscored?: "missing" | "zero" | undefined;
  readonly demoRuns?: boolean | undefined;
  readonly map?: Record<string, string> | undefined;
  readonly cache?: string | boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** "a, b" → ["a", "b"]; repeated options add up. */
export function list(value: string, before: readonly string[] = []): string[] {
  const items = value.split(",").map((item) => item.trim());
  return [...before, ...items.filter((item) => item !== "")];
}

/** "prompt=question,score=acc" → { prompt: "question", score: "acc" } */
export function mapping(value: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const pairs = list(value).map((pair) => {
    const [field, column] = pair.split("=");
    if (!field || !column) {
      throw new UsageError({
        problem: `"${pair}" is not a column mapping`,
        where: "--map",
        mend: "Write field=column, for example --map prompt=question,score=accuracy",
      });
    }
    return [field, column] as const;
  });
  return { ...before, ...Object.fromEntries(pairs) };
}

/** Adds the shared options to a command. */
export function withDataOptions(command: Command): Command {
  return command
    .argument("<data>", "a results folder, or a .csv, .jsonl or .parquet file with one row per prompt and model")
    .option("--models <ids>", "only these models (comma-separated)", list)
    .option("--datasets <ids>", "only these data sets, by id or id/split", list)
    .option("--splits <names>", "only these splits", list)
    .option("--exclude-models <ids>", "leave these models out", list)
    .option("--exclude-datasets <ids>", "leave these data sets out", list)
    .option("--exclude-splits <names>", "leave these splits out", list)
    .option("--reference-models <ids>", "keep these beside the pool: in no average, oracle or router", list)
    .option("--unscored <policy>", 'what to do with answers without a score: "missing" or "zero" (default: an error)')
    .option("--demo-runs", "also read trial runs (demo: true)")
    .option("--map <field=column>", "columns of a CSV, JSONL or Parquet file", mapping)
    .option("--cache <folder>", "where snapshots and vectors are kept")
    .option("--no-cache", "neither read nor write a snapshot")
    .option("-q, --quiet", "no progress and no notes on stderr");
}

export interface OpenedData {
  readonly table: OutcomeTable;
  /** The folder's or file's own name: no machine path ends up in a report. */
  readonly name: string;
  /** As it was typed, for commands to copy and paste. */
  readonly path: string;
  readonly warnings: readonly string[];
  readonly details: ResultDetails;
  /** The models of --reference-models, on the same rows. */
  readonly recorded?: RecordedRouters | undefined;
}

/** Reads the data a command was given. */
export async function readData(path: string, options: DataOptions, signal: AbortSignal): Promise<OpenedData> {
  if (options.unscored && !["missing", "zero"].includes(options.unscored)) {
    throw new UsageError({
      problem: `"${options.unscored}" is no policy`,
      where: "--unscored",
      mend: 'Use "missing" or "zero".',
    });
  }
  const progress = startProgress("reading", options.quiet ?? false);
  try {
    const { table, report, details, referenceTable, referenceDetails } = await openData(path, {
      filter: {
        datasets: options.datasets,
        models: options.models,
        splits: options.splits,
        excludeDatasets: options.excludeDatasets,
        excludeModels: options.excludeModels,
        excludeSplits: options.excludeSplits,
        referenceModels: options.referenceModels,
      },
      unscored: options.unscored,
      includeDemo: options.demoRuns,
      map: options.map,
      ...(typeof options.cache === "string" && { cacheDir: options.cache }),
      ...(options.cache === false && { snapshot: "off" }),
      signal,
      onProgress: (done, total) => progress.update(done, total, "files"),
    });
    progress.stop();
    if (!options.quiet) for (const warning of report.warnings) note(`note: ${warning}`);
    return {
      table,
      name: basename(resolve(path)),
      path,
      warnings: report.warnings,
      details,
      ...(referenceTable &&
        referenceDetails && {
          recorded: { table: referenceTable, extra: (row, column) => referenceDetails.extra(row, column) },
        }),
    };
  } finally {
    progress.stop();
  }
}
