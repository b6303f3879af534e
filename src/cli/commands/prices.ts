/** signalbox prices: what models cost, by which source and of which day; and fetching newer prices. */
import { Command } from "commander";
import { readCollectConfig } from "../../collect/config.ts";
import { openPriceBook } from "../../collect/prices/open-price-book.ts";
import { defaultPriceAddress, updatePrices } from "../../collect/prices/update-prices.ts";
import type { PriceUpdate } from "../../collect/prices/update-prices.ts";
import { plural } from "../../core/plural.ts";
import { findPrice } from "../../prices/find-price.ts";
import type { FoundPrice, PriceBook } from "../../prices/price-book.ts";
import type { Price } from "../../prices/price.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox prices list                         every price kept by model, with source and day
  $ signalbox prices show openai/gpt-5 --base-url https://openrouter.ai/api/v1
  $ signalbox prices update                       LiteLLM's public list; kept beside the other caches
  $ signalbox prices update --from https://openrouter.ai/api/v1/models

The first of these that knows a model counts: prices in signalbox.yaml, the table of "prices update", the table that ships
with signalbox, the list of genai-prices. A model without a price stops a run before its first call.`;

interface ListOptions {
  readonly config?: string;
  readonly json?: boolean;
}

interface ShowOptions extends ListOptions {
  readonly baseUrl?: string;
}

interface UpdateCommandOptions {
  readonly from: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function pricesCommand(signal: AbortSignal): Command {
  return new Command("prices")
    .description("What models cost, by which source and of which day.")
    .addCommand(listCommand().exitOverride())
    .addCommand(showCommand().exitOverride())
    .addCommand(updateCommand(signal).exitOverride())
    .addHelpText("after", examples);
}

function listCommand(): Command {
  return new Command("list")
    .description("List every price that is kept by model.")
    .option("--config <file>", "a signalbox.yaml whose own prices count first")
    .option("--json", "as JSON on stdout")
    .action(async ({ config, json }: ListOptions) => {
      const entries = (await bookOf(config)).entries();
      if (json) return print(JSON.stringify(entries));
      const rows = entries.map(({ name, price, origin }) => [name, ...rateCells(price), origin, price.asOf]);
      const lines = alignedLines([["model", "input", "cached", "output", "from", "day"], ...rows]);
      print(lines.join("\n"));
      note(
        "USD per million tokens. Models not listed here may be in the list of genai-prices: signalbox prices show MODEL",
      );
    });
}

function showCommand(): Command {
  return new Command("show")
    .description("Show the price a model is billed at, with its source.")
    .argument("<model>", "the provider's name of the model")
    .option("--base-url <url>", "where it is asked: tells the provider")
    .option("--config <file>", "a signalbox.yaml whose own prices count first")
    .option("--json", "as JSON on stdout")
    .action(async (model: string, { config, baseUrl, json }: ShowOptions) => {
      const found = findPrice({ name: model, model, baseUrl }, await bookOf(config));
      print(json ? JSON.stringify({ model, ...found }) : shown(model, found));
    });
}

function updateCommand(signal: AbortSignal): Command {
  return new Command("update")
    .description("Fetch a price list, and use it from then on.")
    .option("--from <address>", "a list in LiteLLM's or OpenRouter's format: https, or a file", defaultPriceAddress)
    .option("--json", "what was fetched, as JSON on stdout")
    .option("-q, --quiet", "no notes on stderr")
    .action(async ({ from, json, quiet }: UpdateCommandOptions) => {
      if (!quiet) note(`fetching ${from}`);
      const update = await updatePrices({ from, today: new Date().toISOString().slice(0, 10), signal });
      print(json ? JSON.stringify(update) : updateText(update));
    });
}

async function bookOf(config: string | undefined): Promise<PriceBook> {
  return await openPriceBook(config === undefined ? {} : (await readCollectConfig(config)).prices);
}

function rateCells({ inputPerMillionUsd, cachedInputPerMillionUsd, outputPerMillionUsd }: Price): string[] {
  return [inputPerMillionUsd, cachedInputPerMillionUsd, outputPerMillionUsd].map((rate) => rate?.toString() ?? "—");
}

function shown(model: string, { price, origin }: FoundPrice): string {
  const { source, asOf, tiers = [], perRequestUsd, ...rates } = price;
  const line = (label: string, value: string): string => `  ${label.padEnd(14)} ${value}`;
  const lines = rateLines(rates).map(([label, rate]) => line(label, `${rate} USD per million tokens`));
  for (const { aboveInputTokens, ...at } of tiers) {
    lines.push(`  with more than ${aboveInputTokens.toLocaleString("en-US")} input tokens, for all of the call:`);
    lines.push(...rateLines(at).map(([label, rate]) => line(`  ${label}`, `${rate} USD`)));
  }
  if (perRequestUsd !== undefined) lines.push(line("per request", `${perRequestUsd} USD`));
  return [model, ...lines, line("source", source), line("day", asOf), line("from", origin)].join("\n");
}

const rateNames = {
  inputPerMillionUsd: "input",
  cachedInputPerMillionUsd: "cached input",
  cacheWritePerMillionUsd: "cache write",
  outputPerMillionUsd: "output",
  reasoningPerMillionUsd: "reasoning",
} as const;

type RateName = keyof typeof rateNames;

function rateLines(rates: Partial<Record<RateName, number | undefined>>): [label: string, rate: number][] {
  return (Object.keys(rateNames) as RateName[]).flatMap((name) => {
    const rate = rates[name];
    return rate === undefined ? [] : [[rateNames[name], rate] as [string, number]];
  });
}

function updateText({
  models,
  source,
  sha256,
  added,
  changed,
  removed,
  otherKinds,
  unpriced,
  path,
}: PriceUpdate): string {
  return [
    `${plural(models, "price")} from ${source}`,
    `${added} new, ${changed} changed, ${removed} gone; left out: ${otherKinds} no chat models, ${unpriced} without a price`,
    `sha256 ${sha256}`,
    `kept in ${path}`,
  ].join("\n");
}
