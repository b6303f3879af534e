/**
 * Recall by number of correct models: of the prompts that exactly k models of the pool get right (score ≥ 0.5), the
 * share the router gets right, beside the share chance gets, k / |M|. Row k = 0 is listed; its recall is 0 by nature and
 * enters no recall figure. Where models are missing, chance is the mean of k / (models present). Spec §5.10.
 */
import { defineBreakdown } from "../core/metric.ts";
import type { Replay, TestRows } from "../core/metric.ts";
import { presentColumns } from "./baselines.ts";
import { correctFrom, solverCounts } from "./complementarity.ts";

export interface RecallRow {
  /** models that are right on the prompt */
  readonly k: number;
  readonly prompts: number;
  /** prompts the router gets right; an expectation for a lottery */
  readonly right: number;
  /** right / prompts, NaN without prompts */
  readonly recall: number;
  readonly chance: number;
}

/** One row for each k from 0 to |M|. */
export function recallRows({ table }: TestRows, { chosen, score }: Replay): RecallRow[] {
  const m = table.models.length;
  const prompts = new Int32Array(m + 1);
  const right = new Float64Array(m + 1);
  const chance = new Float64Array(m + 1);
  solverCounts(table).forEach((k, i) => {
    const present = presentColumns(table, i).length;
    const luck = present === 0 ? 0 : k / present;
    prompts[k]! += 1;
    chance[k]! += luck;
    // A lottery's score is an expectation, which says nothing about right or wrong: its recall is chance itself.
    right[k]! += chosen[i]! < 0 ? luck : Number(score[i]! >= correctFrom);
  });
  return Array.from(prompts, (count, k) => ({
    k,
    prompts: count,
    right: right[k]!,
    recall: count === 0 ? NaN : right[k]! / count,
    chance: count === 0 ? k / m : chance[k]! / count,
  }));
}

export interface RecallBand {
  readonly from: number;
  readonly to: number;
  readonly prompts: number;
  readonly recall: number;
  readonly chance: number;
}

/** So many right models are rare experts: three in the paper's pool of 20, never more than a third of a smaller one. */
export function rareExperts(models: number): number {
  return Math.max(1, Math.min(3, Math.floor(models / 3)));
}

/** Rare experts, some, most, all: the paper's bands for its pool of 20, for a pool of any size. */
export function usualBands(models: number): (readonly [number, number])[] {
  const few = rareExperts(models);
  const half = Math.max(few + 1, Math.floor(models / 2));
  const cuts: (readonly [number, number])[] = [
    [1, few],
    [few + 1, Math.min(half, models - 1)],
    [half + 1, models - 1],
    [models, models],
  ];
  return cuts.filter(([from, to], b) => from <= to && (b !== 3 || models > few));
}

/** Sums rows into bands of k, ends included. Recall and chance are NaN in a band without prompts. */
export function recallBands(rows: readonly RecallRow[], bands: readonly (readonly [number, number])[]): RecallBand[] {
  return bands.map(([from, to]) => {
    const inside = rows.filter(({ k, prompts }) => k >= from && k <= to && prompts > 0);
    const prompts = inside.reduce((total, row) => total + row.prompts, 0);
    const right = inside.reduce((total, row) => total + row.right, 0);
    const luck = inside.reduce((total, row) => total + row.chance * row.prompts, 0);
    return {
      from,
      to,
      prompts,
      recall: prompts === 0 ? NaN : right / prompts,
      chance: prompts === 0 ? NaN : luck / prompts,
    };
  });
}

export const recallByK = defineBreakdown({
  name: "recall-by-k",
  title: "Recall by number of correct models",
  summary: "Of the prompts exactly k models get right, the share the router gets right, beside chance.",
  formula: "right prompts / prompts, among prompts with k correct models; chance = k / models",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "replay",
  unit: "fraction",
  better: "higher",

  compute: ({ test, replay }) => recallRows(test, replay),
});
