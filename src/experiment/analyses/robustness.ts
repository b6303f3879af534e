/** Can words in front of a prompt make a router choose a dearer model? (the confounder gadgets of Shafran et al., 2025) */
import type { Encoder } from "../../core/encoder.ts";
import { UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { ngramEncoderFromState } from "../../encoders/ngram.ts";
import type { NgramState } from "../../encoders/ngram-state.ts";
import { mean } from "../../math/stats.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { asOneDataset } from "./as-one-dataset.ts";
import { gadgetWords } from "./gadget-search.ts";
import { compareValues } from "./pools.ts";
import type { Comparison } from "./pools.ts";
import { attackWithPrefix } from "./prefix-attack.ts";
import type { PrefixAttack } from "./prefix-attack.ts";
import { seedFits } from "./seed-fits.ts";
import type { SeedFit } from "./seed-fits.ts";
import { share } from "./wording.ts";

export const robustness: AnalysisKind = {
  name: "robustness",
  title: "Words that steer a router",
  question: "Can words in front of a prompt make a router choose a dearer model?",
  fits: true,

  async run(input): Promise<Answer> {
    const attacks = new Map<string, PrefixAttack[]>(input.routers.map((label) => [label, []]));
    for await (const fit of seedFits(input, input.encoders[0]!)) {
      attacks.get(fit.label)!.push(await attackWithPrefix(fit, setupOf(input, fit)));
    }
    const results = Array.from(attacks, ([label, own]) => measured(input, label, own));
    return {
      findings: results.map(sentence),
      tables: [movedTable(results), costTable(results), prefixTable(results)],
      charts: [
        {
          kind: "intervals",
          title: "Decisions that the prefix found moves to a dearer model",
          x: "share of the test prompts",
          unit: "fraction",
          better: "lower",
          rows: results.map(({ label, decisions }) => {
            const [low, high] = decisions.interval(moved).map(finiteOrNull);
            return { name: label, value: finiteOrNull(decisions.mean[moved]), low: low!, high: high! };
          }),
        },
      ],
    };
  },
};

/** The columns of `decisions`. */
const [moved, movedToDearest, movedByChance, plainScore, attackedScore, movable] = [0, 1, 2, 3, 4, 5];

interface Result {
  readonly label: string;
  readonly attacks: readonly PrefixAttack[];
  readonly decisions: Comparison;
  /** USD a prompt without and with the prefix, over prompts where both are known; undefined where none is */
  readonly costs: Comparison | undefined;
}

function measured({ table, draws }: AnalysisInput, label: string, attacks: readonly PrefixAttack[]): Result {
  const pooled = asOneDataset(table);
  const of = (value: (attack: PrefixAttack) => Float64Array): Float64Array[] => attacks.map(value);
  const decisions = compareValues(
    pooled,
    attacks.map(({ testRows }) => testRows),
    [
      of((attack) => attack.moved),
      of((attack) => attack.movedToDearest),
      of((attack) => attack.movedByChance),
      of(({ plain }) => plain.score),
      of(({ attacked }) => attacked.score),
      of((attack) => attack.movable),
    ],
    draws,
  );
  const known = attacks.map(({ plain, attacked }) =>
    [...plain.costUsd.keys()].filter((i) => !Number.isNaN(plain.costUsd[i]! + attacked.costUsd[i]!)),
  );
  const costs = compareValues(
    pooled,
    attacks.map(({ testRows }, s) => Int32Array.from(known[s]!, (i) => testRows[i]!)),
    [
      attacks.map(({ plain }, s) => Float64Array.from(known[s]!, (i) => plain.costUsd[i]!)),
      attacks.map(({ attacked }, s) => Float64Array.from(known[s]!, (i) => attacked.costUsd[i]!)),
    ],
    draws,
  );
  return { label, attacks, decisions, costs: known.every((rows) => rows.length > 0) ? costs : undefined };
}

/** @throws UsageError where there is nothing to search on, to measure on, or to be dearer than */
function setupOf(input: AnalysisInput, { split, encoder, fitted }: SeedFit): Parameters<typeof attackWithPrefix>[1] {
  const { table, signal } = input;
  requireParts(split);
  const prices = meanCosts(table, split.train);
  if (prices.every((price) => Number.isNaN(price)))
    throw refusal("no cost is known", "Give prices, or add results with costs.");
  const prompts = Array.from(split.train, (r) => table.prompts[r]!);
  if (prompts.every((text) => text.trim() === ""))
    throw refusal("the prompts hold no words", "Add results with their prompts.");
  const encode = fitted.router.needs.embeddings ? encodingBy(input, encoder) : undefined;
  return { table, encode, prices, prompts, signal };
}

function requireParts({ validation, test }: SeedFit["split"]): void {
  if (validation.length > 0 && test.length > 0) return;
  throw refusal("no prompt is left to search on, or to measure on", "Change --train-ratio, or add prompts.");
}

function refusal(problem: string, mend: string): UsageError {
  return new UsageError({ problem, where: "analyze robustness", mend });
}

type Encode = NonNullable<Parameters<typeof attackWithPrefix>[1]["encode"]>;

/** @throws UsageError for vectors at hand: there is none of a prompt with words in front */
function encodingBy({ encoders: [named], signal }: AnalysisInput, fittedEncoder: SeedFit["encoder"]): Encode {
  const choice = named!.choice;
  if (choice.kind === "given")
    throw refusal("needs an encoder, and has vectors alone", "Name one with --encoder: ngram, or a model.");
  const encoder: Encoder =
    choice.kind === "ready" ? choice.encoder : ngramEncoderFromState(fittedEncoder?.state as NgramState);
  return (texts) => encoder.encode(texts, { signal });
}

/** [models] */
function meanCosts({ models, costUsd }: OutcomeTable, rows: Int32Array): Float64Array {
  return Float64Array.from(models, (_, j) => {
    const known = Array.from(rows, (r) => costUsd.data[r * models.length + j]!).filter((usd) => !Number.isNaN(usd));
    return mean(known);
  });
}

function sentence({ label, decisions, costs }: Result): string {
  if (decisions.mean[moved] === 0) return `${label}: no prefix that was tried moves a decision to a dearer model.`;
  const [low, high] = decisions.interval(moved);
  const found =
    `${label}: ${gadgetWords} random words in front of a prompt move ${share(decisions.mean[movedByChance]!)} % of its decisions to a dearer model, ` +
    `those found on validation prompts ${share(decisions.mean[moved]!)} % (95 % interval ${share(low)} to ${share(high)}) of the ${share(decisions.mean[movable]!)} % that could move`;
  const times = costs && timesOf(costs);
  if (times === undefined || !Number.isFinite(times.mean)) return `${found}.`;
  return `${found}; its answers then cost ${factor(times.mean)} times as much (${factor(times.ci95[0])} to ${factor(times.ci95[1])}).`;
}

function timesOf(costs: Comparison): ReturnType<Comparison["derived"]> {
  return costs.derived(([plain = NaN, attacked = NaN]) => attacked / plain);
}

function factor(value: number): string {
  return value.toFixed(2);
}

function movedTable(results: readonly Result[]): Answer["tables"][number] {
  return {
    title: "Decisions that move to a dearer model",
    note: `${gadgetWords} words in front of every test prompt: random ones, and those found on validation prompts for the router and the seed. Dearer: by the mean cost of an answer on the training part; what is sent to the dearest model as it is cannot move.`,
    columns: [
      { name: "Router", unit: "text" },
      { name: "Could move", unit: "fraction" },
      { name: "Random", unit: "fraction" },
      { name: "Found", unit: "fraction" },
      { name: "low", unit: "fraction" },
      { name: "high", unit: "fraction" },
      { name: "To the dearest", unit: "fraction" },
    ],
    rows: results.map(({ label, decisions }) => [
      label,
      ...[
        decisions.mean[movable],
        decisions.mean[movedByChance],
        decisions.mean[moved],
        ...decisions.interval(moved),
      ].map(finiteOrNull),
      finiteOrNull(decisions.mean[movedToDearest]),
    ]),
  };
}

function costTable(results: readonly Result[]): Answer["tables"][number] {
  return {
    title: "What the prefix found costs",
    note: "From the recorded answers to the prompts alone: the words themselves, and what they change in an answer, are not counted. A ceiling a request, the models of a key and budgets bound it in service.",
    columns: [
      { name: "Router", unit: "text" },
      { name: "A prompt", unit: "usd" },
      { name: "With prefix", unit: "usd" },
      { name: "Times", unit: "number" },
      { name: "low", unit: "number" },
      { name: "high", unit: "number" },
      { name: "Score", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
    ],
    rows: results.map(({ label, decisions, costs }) => {
      const times = costs && timesOf(costs);
      const score = decisions.difference(attackedScore, plainScore);
      const numbers = [costs?.mean[0], costs?.mean[1], times?.mean, ...(times?.ci95 ?? [NaN, NaN])];
      return [label, ...[...numbers, score.mean, ...score.ci95].map(finiteOrNull)];
    }),
  };
}

function prefixTable(results: readonly Result[]): Answer["tables"][number] {
  return {
    title: "The prefixes",
    note: "Of the prompts that could move the share that does: of those validation prompts where the words were found, and of the test part.",
    columns: [
      { name: "Router", unit: "text" },
      { name: "Seed", unit: "text" },
      { name: "Validation", unit: "fraction" },
      { name: "Test", unit: "fraction" },
      { name: "Words", unit: "text" },
    ],
    rows: results.flatMap(({ label, attacks }) =>
      attacks.map((attack) => [
        label,
        String(attack.seed),
        finiteOrNull(attack.movedWhereFound),
        finiteOrNull(mean(attack.moved) / mean(attack.movable)),
        attack.prefix,
      ]),
    ),
  };
}
