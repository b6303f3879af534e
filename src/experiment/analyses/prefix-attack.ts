/** One fitted router under prefixes: the words are found on validation prompts, and what they do is measured on test prompts. */
import { throwIfAborted } from "../../core/errors.ts";
import type { Replay } from "../../core/metric.ts";
import { selectTableRows } from "../../core/outcome-table.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import type { Decision } from "../../core/router.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { seededRandom } from "../../math/random.ts";
import type { Random } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import { decideRow, estimateView } from "../choose.ts";
import { availability, queryView } from "../query-view.ts";
import { replayPolicy } from "../replay.ts";
import { searchGadget } from "./gadget-search.ts";
import type { SeedFit } from "./seed-fits.ts";

export interface PrefixAttack {
  readonly seed: number;
  readonly testRows: Int32Array;
  /** what was found on validation prompts */
  readonly prefix: string;
  /** of those validation prompts, which all could move, the share that does; NaN = none could */
  readonly movedWhereFound: number;
  /** [test rows] 1 = without a prefix another model than the dearest is chosen */
  readonly movable: Float64Array;
  /** [test rows] 1 = a dearer model is chosen with the prefix than without, or the dearest one */
  readonly moved: Float64Array;
  readonly movedToDearest: Float64Array;
  /** [test rows] as `moved`, the mean over some random prefixes */
  readonly movedByChance: Float64Array;
  readonly plain: Replay;
  readonly attacked: Replay;
}

export interface AttackSetup {
  readonly table: OutcomeTable;
  /** undefined for a router that reads no vectors */
  readonly encode: ((texts: readonly string[]) => Promise<Matrix32>) | undefined;
  /** [models] USD an answer, the mean over the training part; NaN = not known */
  readonly prices: Float64Array;
  /** of the training part */
  readonly prompts: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Prompts that the search looks at: its time grows with them, and what it finds must hold on others. */
const sampled = 40;
/** Random prefixes that are measured on test prompts as well. */
const controls = 4;

export async function attackWithPrefix(fit: SeedFit, setup: AttackSetup): Promise<PrefixAttack> {
  const { seed, split, label } = fit;
  const { table, prices } = setup;
  const random = seededRandom("prefix attack", table.digest, seed, label);
  const sample = await movableSample(fit, setup);
  const before = await underPrefix(fit, setup, sample, "");
  const found = await searchGadget({
    draw: () => drawnWord(setup.prompts, random),
    worth: async (prefix) => {
      const own = await underPrefix(fit, setup, sample, prefix);
      return { price: meanKnown(own.prices), nearness: meanKnown(own.nearness) };
    },
  });
  const afterwards = await underPrefix(fit, setup, sample, found.best);
  const plain = await underPrefix(fit, setup, split.test, "");
  const attacked = await underPrefix(fit, setup, split.test, found.best);
  const movedByChance = new Float64Array(split.test.length);
  for (const prefix of found.random.slice(0, controls)) {
    const own = dearer(plain.prices, (await underPrefix(fit, setup, split.test, prefix)).prices);
    own.forEach((flag, i) => (movedByChance[i]! += flag / controls));
  }
  const dearest = dearestOf(prices);
  const moved = dearer(plain.prices, attacked.prices);
  return {
    seed,
    testRows: split.test,
    prefix: found.best,
    movedWhereFound: mean(dearer(before.prices, afterwards.prices)),
    movable: plain.prices.map((price) => Number(isBelow(price, dearest))),
    moved,
    movedToDearest: moved.map((flag, i) => (flag === 1 && isAbout(attacked.prices[i]!, dearest) ? 1 : 0)),
    movedByChance,
    plain: plain.replay(),
    attacked: attacked.replay(),
  };
}

/** Validation prompts that are not sent to the dearest model as it is, evenly over all there are. */
async function movableSample(fit: SeedFit, setup: AttackSetup): Promise<Int32Array> {
  const { validation } = fit.split;
  const { prices } = await underPrefix(fit, setup, validation, "");
  const movable = validation.filter((_, i) => isBelow(prices[i]!, dearestOf(setup.prices)));
  const count = Math.min(sampled, movable.length);
  return Int32Array.from({ length: count }, (_, k) => movable[Math.floor((k * movable.length) / count)]!);
}

interface Decided {
  /** [rows] of the model that is chosen; of a lottery its mean, of a cascade that of its first step */
  readonly prices: Float64Array;
  /** [rows] what the router expects of the dearest model less what it expects of the chosen one */
  readonly nearness: Float64Array;
  readonly replay: () => Replay;
}

/** What the router decides for these prompts with the words in front. The models' answers stay those to the prompt alone. */
async function underPrefix(
  { fitted }: SeedFit,
  { table, encode, prices, signal }: AttackSetup,
  rows: Int32Array,
  prefix: string,
): Promise<Decided> {
  throwIfAborted(signal, "analysis");
  const outcomes = selectTableRows(table, rows);
  const prompts = prefix === "" ? outcomes.prompts : outcomes.prompts.map((text) => `${prefix} ${text}`);
  const vectors = await encode?.(prompts);
  const view = queryView({ ...outcomes, prompts }, Int32Array.from(rows.keys()), vectors, availability(table));
  const estimates = estimateView(fitted, view);
  const decisions = prompts.map((_, i) => decideRow(fitted, view, i, fitted.policy, estimates));
  const dearest = dearestColumn(prices);
  return {
    prices: Float64Array.from(decisions, (decision) => priceOf(decision, prices)),
    nearness: Float64Array.from(
      decisions,
      ({ order, estimate: { quality } }) => quality[dearest]! - quality[order[0]!]!,
    ),
    replay: () => replayPolicy(fitted, view, fitted.policy, estimates),
  };
}

function priceOf({ order, lottery }: Decision, prices: Float64Array): number {
  if (!lottery) return prices[order[0] ?? -1] ?? NaN;
  return lottery.reduce((sum, chance, j) => (chance === 0 ? sum : sum + chance * (prices[j] ?? NaN)), 0);
}

function dearestOf(prices: Float64Array): number {
  return prices[dearestColumn(prices)] ?? NaN;
}

/** -1 where no cost is known; the lower one of two that cost the same. */
function dearestColumn(prices: Float64Array): number {
  return prices.reduce((best, price, j) => (price > (prices[best] ?? -Infinity) ? j : best), -1);
}

/** Longer ones are no words. */
const longestWord = 24;

/** A word of a prompt, both drawn at random: common words and those of a subject, as they come. "" = that prompt has none. */
function drawnWord(prompts: readonly string[], random: Random): string {
  const text = prompts[random.below(prompts.length)] ?? "";
  const words = text.split(/\s+/).filter((word) => word !== "" && word.length <= longestWord);
  return words.length === 0 ? "" : words[random.below(words.length)]!;
}

function dearer(before: Float64Array, after: Float64Array): Float64Array {
  return after.map((price, i) => Number(isBelow(before[i]!, price)));
}

function isBelow(price: number, other: number): boolean {
  return price < other && !isAbout(price, other);
}

function isAbout(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.abs(other);
}

function meanKnown(prices: Float64Array): number {
  return mean(prices.filter((price) => !Number.isNaN(price)));
}
