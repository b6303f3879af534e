/** What `check` and `collect --dry-run` print: whether it would start, what it would take, and what that rests on. */
import { createColors } from "picocolors";
import type { Colors } from "picocolors/types.js";
import { longAnswer } from "../collect/engine/call-ceiling.ts";
import type { CallTotals, Estimate, ModelEstimate } from "../collect/estimate.ts";
import type { SignalboxError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { count, dash, oneLine, usd } from "../report/format.ts";
import type { TerminalOptions } from "../report/terminal.ts";
import { alignedBlocks, section, withNamesClipped, wrapped } from "../report/text-layout.ts";
import { timeText } from "./time-text.ts";

export interface Checked {
  readonly path: string;
  readonly estimate: Estimate;
  readonly refusals: readonly SignalboxError[];
  readonly warnings: readonly string[];
}

/** With more rows than these the data sets of a model are left to --json. */
const mostRows = 60;

export function estimateToTerminal({ path, estimate, refusals, warnings }: Checked, options: TerminalOptions): string {
  const paint = createColors(options.colour);
  const { models, prompts } = estimate;
  const datasets = models[0]?.datasets.length ?? 0;
  const subject = `${path}: ${plural(models.length, "model")}, ${plural(datasets, "data set")}, ${plural(prompts, "prompt")}`;
  const problems = refusals.map(({ where, problem, mend }) => `${where ? `${where}: ` : ""}${problem}. ${mend ?? ""}`);
  return [
    paint.bold(wrapped(verdict(estimate, refusals), options.width)),
    "",
    paint.dim(wrapped(oneLine(subject), options.width)),
    "",
    ...table(rows(estimate), options.width, paint),
    ...section("In the way", problems.map(oneLine), options.width, paint),
    ...section("Warnings", warnings.map(oneLine), options.width, paint),
    ...section("What this rests on", bases(estimate), options.width, paint),
    "",
  ].join("\n");
}

/** The same for machines; a number that is not known is null. */
export function estimateToJson({ path, estimate, refusals, warnings }: Checked): string {
  const problems = refusals.map(({ where = null, problem, mend = null }) => ({ where, problem, mend }));
  return JSON.stringify({ path, wouldStart: problems.length === 0, problems, warnings, ...estimate }, null, 2);
}

/** The one sentence: what `collect` would do. */
function verdict(estimate: Estimate, refusals: readonly SignalboxError[]): string {
  if (refusals.length > 0) return `collect would not start: ${plural(refusals.length, "thing")} to mend, below.`;
  const { toAsk, kept, cached, expectedUsd, mostUsd, seconds } = estimate;
  if (toAsk === 0) return `Nothing is left to ask: ${answers(kept, cached)}.`;
  const cost = Number.isNaN(mostUsd)
    ? "at a cost that is not known"
    : `for about ${usd(expectedUsd)} USD, at most ${usd(mostUsd)}`;
  const had = kept + cached > 0 ? ` (${answers(kept, cached)})` : "";
  return `collect would make ${plural(toAsk, "call")} ${cost}, in about ${timeText(seconds)}${had}.`;
}

function answers(kept: number, cached: number): string {
  const parts = [kept > 0 ? `${count(kept)} in the journal` : "", cached > 0 ? `${count(cached)} in the cache` : ""];
  return `answers had before: ${parts.filter((part) => part !== "").join(", ") || "0"}`;
}

function table(cells: readonly (readonly string[])[], width: number, paint: Colors): string[] {
  const blocks = alignedBlocks(withNamesClipped(cells, [0], width), [], width);
  return blocks.flatMap(([head = "", ...lines]) => [paint.dim(head), ...lines]);
}

function rows(estimate: Estimate): string[][] {
  const { models } = estimate;
  const isCached = estimate.cached > 0;
  const inFull = models.length * (1 + (models[0]?.datasets.length ?? 0)) <= mostRows;
  const cells = (title: string, totals: CallTotals, seconds: string): string[] => [
    title,
    count(totals.calls),
    count(totals.kept),
    ...(isCached ? [count(totals.cached)] : []),
    count(totals.toAsk),
    count(totals.inputTokens),
    count(totals.outputTokens),
    money(totals.expectedUsd),
    money(totals.mostUsd),
    seconds,
  ];
  const head = ["", "calls", "kept", ...(isCached ? ["cached"] : []), "to ask"];
  const sets = (model: ModelEstimate): string[][] =>
    inFull && model.datasets.length > 1
      ? model.datasets.map((one) => cells(`  ${oneLine(`${one.dataset}/${one.split}`)}`, one, ""))
      : [];
  return [
    [...head, "tokens in", "tokens out", "USD about", "USD at most", "time"],
    ...models.flatMap((model) => [cells(oneLine(model.name), model, timeText(model.seconds)), ...sets(model)]),
    ...(models.length > 1 ? [cells("all, side by side", estimate, timeText(estimate.seconds))] : []),
  ];
}

function money(value: number): string {
  return Number.isNaN(value) ? dash : usd(value);
}

function bases({ models, tokenizer, countedPrompts, prompts, spentUsd }: Estimate): string[] {
  const sample = countedPrompts < prompts ? ` on ${count(countedPrompts)} prompts, the others by their length` : "";
  const sources = new Set(models.flatMap(({ price }) => (price ? [`${price.source} (${price.asOf})`] : [])));
  return [
    `Tokens in: counted by ${tokenizer}${sample}; every maker cuts text in its own way.`,
    `Tokens of an answer: ${basisText(models, "answerTokens", count)}.`,
    `Seconds of a call: ${basisText(models, "callSeconds", (value) => value.toFixed(value < 10 ? 1 : 0))}. Retries are not counted.`,
    `USD at most: what is reserved, as if every answer were as long as maxOutputTokens allows; ${count(longAnswer)} tokens where that is not set.`,
    ...(sources.size > 0 ? [`Prices: ${[...sources].map(oneLine).join("; ")}.`] : []),
    ...(spentUsd > 0 ? [`Earlier runs into this folder spent ${usd(spentUsd)} USD.`] : []),
  ];
}

const origins = { given: "as given", journal: "the journal's mean", assumed: "assumed" } as const;

/** "500 assumed" when it is so for all; else by model. */
function basisText(
  models: readonly ModelEstimate[],
  what: "answerTokens" | "callSeconds",
  print: (value: number) => string,
): string {
  const texts = models.map((model) => `${print(model[what].value)} ${origins[model[what].from]}`);
  if (new Set(texts).size === 1) return texts[0] ?? "";
  return models.map(({ name }, i) => `${oneLine(name)} ${texts[i]}`).join(", ");
}
