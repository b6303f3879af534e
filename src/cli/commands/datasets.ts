/** signalbox datasets: which sets of questions there are, where they come from, under which terms; fetched, looked at, added. */
import { Command } from "commander";
import type { DatasetDefinition, DatasetSplit } from "../../core/dataset.ts";
import { groupedCount } from "../../core/plural.ts";
import { datasetByName } from "../../datasets/registry.ts";
import { fetchedBefore } from "../../loading/fetch-dataset.ts";
import type { FetchedFile } from "../../loading/fetch-dataset.ts";
import { datasetsFolder, sizeText } from "../dataset-source.ts";
import { familyOf } from "../family-of.ts";
import { knownDatasets } from "../known-datasets.ts";
import { print } from "../terminal.ts";
import { datasetsAddCommand } from "./datasets-add.ts";
import { datasetsFetchCommand } from "./datasets-fetch.ts";
import { datasetsPreviewCommand } from "./datasets-preview.ts";

const examples = `
Examples:
  $ signalbox datasets list                          what ships, and what you added
  $ signalbox datasets show mmlu-pro                 source, licence, splits, scorer, what is on this machine
  $ signalbox datasets fetch math500                 downloaded once, checked, resumable
  $ signalbox datasets preview gpqa --limit 2        the prompts as models get them
  $ signalbox datasets add quiz --file quiz.csv --prompt question --answer key --family letter

In signalbox.yaml a set is named by its id: "datasets: [{ id: math500, limit: 100, seed: 7 }]".`;

export function datasetsCommand(signal: AbortSignal): Command {
  return new Command("datasets")
    .description("List, fetch and look at data sets, or add one of your own.")
    .addHelpText("after", examples)
    .addCommand(listCommand().exitOverride())
    .addCommand(showCommand().exitOverride())
    .addCommand(datasetsFetchCommand(signal).exitOverride())
    .addCommand(datasetsPreviewCommand(signal).exitOverride())
    .addCommand(datasetsAddCommand(signal).exitOverride());
}

const listExamples = `
Examples:
  $ signalbox datasets list
  $ signalbox datasets list --json`;

function listCommand(): Command {
  return new Command("list")
    .description("All data sets: items, family of scorers, licence, access.")
    .option("--json", "as JSON")
    .addHelpText("after", listExamples)
    .action(async ({ json }: { readonly json?: true }) => {
      const known = (await knownDatasets()).filter(({ vectorsOnly }) => !vectorsOnly);
      if (json) return print(JSON.stringify(known.map(factsOf), undefined, 2));
      const rows = known.map((dataset) => {
        const { id, family, licence, access, splits } = factsOf(dataset);
        const [first] = splits;
        const items = first?.items === null || first === undefined ? "?" : groupedCount(first.items);
        return [id, items, family, access, licence];
      });
      print(columns([["id", "items", "family", "access", "licence"], ...rows]));
    });
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

interface Facts {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly description: string;
  readonly family: string;
  readonly metrics: readonly string[];
  readonly licence: string;
  readonly redistributable: boolean;
  readonly access: "open" | "gated" | "yours";
  readonly gated?: string;
  readonly home: string;
  readonly revision: string;
  readonly promptVersion: number | string;
  readonly splits: readonly SplitFacts[];
}

interface SplitFacts {
  readonly name: string;
  /** null = its source does not say */
  readonly items: number | null;
  readonly files: number;
  readonly rule?: string;
}

function factsOf(dataset: DatasetDefinition): Facts {
  const { id, aliases, title, description, metrics, licence, redistributable, gated, source, promptVersion } = dataset;
  const { home, revision, kind } = source;
  const access = kind === "file" ? "yours" : gated === undefined ? "open" : "gated";
  const splits = Object.entries(dataset.splits).map(([name, split]) => splitFacts(name, split));
  const common = { id, aliases, title, description, metrics, licence, redistributable, home, revision, promptVersion };
  return { ...common, family: familyOf(dataset), access, ...(gated !== undefined && { gated }), splits };
}

function splitFacts(name: string, { files, expected, subset, sample }: DatasetSplit): SplitFacts {
  const drawn =
    sample &&
    `${sample.count} drawn with seed ${sample.seed}${sample.stratum === undefined ? "" : ` by ${sample.stratum}`}`;
  const rule = [subset, drawn].filter((part) => part !== undefined).join("; ");
  return { name, items: expected ?? null, files: files.length, ...(rule !== "" && { rule }) };
}

const showExamples = `
Examples:
  $ signalbox datasets show gpqa
  $ signalbox datasets show korbench --json`;

function showCommand(): Command {
  return new Command("show")
    .description("One data set: source, licence, access, splits, scorer, prompt version, and what is on this machine.")
    .argument("<id>", "see: datasets list")
    .option("--json", "as JSON")
    .addHelpText("after", showExamples)
    .action(async (id: string, { json }: { readonly json?: true }) => {
      const dataset = datasetByName(id, await knownDatasets());
      const facts = factsOf(dataset);
      const fetched = await fetchedSplits(dataset);
      if (json) print(JSON.stringify({ ...facts, fetched }, undefined, 2));
      else print(showText(facts, fetched));
    });
}

interface FetchedSplit {
  readonly split: string;
  readonly files: readonly FetchedFile["from"][];
}

async function fetchedSplits(dataset: DatasetDefinition): Promise<FetchedSplit[]> {
  if (dataset.vectorsOnly) return [];
  const found: FetchedSplit[] = [];
  for (const split of Object.keys(dataset.splits)) {
    // oxlint-disable-next-line no-await-in-loop
    const files = await fetchedBefore(dataset, { split, folder: datasetsFolder() });
    if (files) found.push({ split, files: files.map(({ from }) => from) });
  }
  return found;
}

function showText(facts: Facts, fetched: readonly FetchedSplit[]): string {
  const { id, title, description, aliases, home, revision, licence, redistributable, gated } = facts;
  const lines: readonly (readonly [string, string])[] = [
    ["title", title],
    ...(aliases.length > 0 ? [["also", aliases.join(", ")] as const] : []),
    ["source", revision === "" ? home : `${home} at ${revision}`],
    ["licence", `${licence}${redistributable ? "" : " (rows are not to be passed on)"}`],
    ["access", gated ?? facts.access],
    ["scorer", facts.family],
    ["metrics", facts.metrics.join(", ")],
    ["prompt", `version ${facts.promptVersion}`],
    ...facts.splits.map(({ name, items, files, rule }) => {
      const count = items === null ? "items not documented" : `${groupedCount(items)} items`;
      return [
        `split ${name}`,
        `${count}, ${files} ${files === 1 ? "file" : "files"}${rule === undefined ? "" : `: ${rule}`}`,
      ] as const;
    }),
    ...fetched.map(
      ({ split, files }) =>
        [`here ${split}`, `${sizeText(files)}, fetched ${files[0]?.fetchedAt.slice(0, 10) ?? ""}`] as const,
    ),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [`${id}: ${description}`, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}
