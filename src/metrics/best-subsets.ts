/**
 * How many models are worth having: the best AvgAcc an oracle reaches over a fixed subset of k models ("oracle-k").
 * Exact for k ≤ 2; beyond, greedy from the best pair (coverage is submodular, so greedy is within 1 − 1/e of the best
 * gain, and in practice near it). Spec of routers §4.4.
 */
import type { OutcomeTable } from "../core/outcome-table.ts";
import { coverageValue, scoreColumns } from "./pool-columns.ts";

export interface BestSubset {
  /** from the pair on in the order added; the best pair need not hold the best single model */
  readonly columns: readonly number[];
  readonly avgAcc: number;
}

/** Values this close are equal: they were summed in another order. */
const tolerance = 1e-12;

/**
 * The best subsets of 1 … `largest` models. Ties go to the model lower in code-unit order of ids, so nothing depends
 * on column order.
 */
export function bestSubsets(table: OutcomeTable, largest: number): BestSubset[] {
  const { columns, weights } = scoreColumns(table);
  const byName = columns.map((_, j) => j).toSorted((a, b) => (table.models[a]!.id < table.models[b]!.id ? -1 : 1));
  const single = bestOf(byName, (j) => coverageValue(columns[j]!, columns[j]!, weights));
  if (!single || largest < 1) return [];
  const subsets: BestSubset[] = [{ columns: [single.item], avgAcc: single.value }];
  const pairs = byName.flatMap((a, position) => byName.slice(position + 1).map((b) => [a, b] as const));
  const pair = bestOf(pairs, ([a, b]) => coverageValue(columns[a]!, columns[b]!, weights));
  if (!pair || largest < 2) return subsets;
  subsets.push({ columns: pair.item, avgAcc: pair.value });
  let covered = union(columns[pair.item[0]]!, columns[pair.item[1]]!);
  while (subsets.length < Math.min(largest, columns.length)) {
    const chosen = subsets.at(-1)!.columns;
    const reached = covered;
    const rest = byName.filter((j) => !chosen.includes(j));
    const next = bestOf(rest, (j) => coverageValue(reached, columns[j]!, weights))!;
    covered = union(covered, columns[next.item]!);
    subsets.push({ columns: [...chosen, next.item], avgAcc: next.value });
  }
  return subsets;
}

function bestOf<T>(items: readonly T[], valueOf: (item: T) => number): { item: T; value: number } | undefined {
  let best: { item: T; value: number } | undefined;
  for (const item of items) {
    const value = valueOf(item);
    if (!best || value > best.value + tolerance) best = { item, value };
  }
  return best;
}

function union(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, i) => Math.max(value, second[i]!));
}
