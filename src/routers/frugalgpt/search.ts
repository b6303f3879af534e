/**
 * FrugalGPT's search for orders and bars, exact for two models: with the rows sorted by the chance of the first answer,
 * every bar that makes a difference lies between two neighbours, and running sums give its score and cost in one pass.
 * For three models the first bar runs over 101 quantiles, the second is exact, and prices rise along the order.
 * The published search is a grid of 40 with a polish, at one budget; this one yields every budget at once.
 */
import { throwIfAborted } from "../../core/errors.ts";
import type { Matrix } from "../../math/matrix.ts";
import { sortedQuantile } from "../../math/quantile.ts";
import { never, offerSingle, strategyFrontier } from "../cascade.ts";
import type { CascadeRows, Frontier, Strategy } from "../cascade.ts";

/** Sums over rows that are settled before a cut: accepted answers, and calls already paid. */
export interface Settled {
  readonly right: number;
  readonly weight: number;
  readonly spentUsd: number;
  readonly rows: number;
  /** of these, the rows whose accepted answer was scored */
  readonly scored: number;
}

const nothing: Settled = { right: 0, weight: 0, spentUsd: 0, rows: 0, scored: 0 };
const outerBars = 101;

/**
 * The best strategies of up to `depth` models, for every budget.
 * @param chance [n, m] that the model's answer is right; NaN = no answer, which is never accepted
 */
export function searchStrategies(
  rows: CascadeRows,
  chance: Matrix,
  depth: number,
  signal: AbortSignal | undefined,
): Strategy[] {
  const { columns, meanCostUsd: cost } = rows;
  const dearest = columns.map((j) => cost[j]!).toSorted((a, b) => b - a);
  const frontier = strategyFrontier(
    dearest.at(-1)!,
    dearest.slice(0, depth).reduce((sum, usd) => sum + usd, 0),
  );
  for (const j of columns) offerSingle(rows, j, frontier);
  if (depth < 2) return frontier.strategies();
  const sorted = new Map(columns.map((j) => [j, byFallingChance(chance, j)]));
  for (const first of columns) {
    throwIfAborted(signal, "the search for cascades");
    for (const last of columns) {
      if (last === first) continue;
      forEachCut(rows, chance, sorted.get(first)!, [first, last], nothing, (bar, accuracy, costUsd) => {
        if (!frontier.improves(costUsd, accuracy)) return;
        frontier.put({ order: [first, last], bars: [bar], costUsd, accuracy });
      });
    }
  }
  if (depth > 2) offerTriples(rows, chance, sorted, frontier, signal);
  return frontier.strategies();
}

/** Rows by falling chance of a model's answer, those without an answer last. [n] */
export function byFallingChance({ rows, cols, data }: Matrix, column: number): Int32Array {
  const key = (i: number): number => {
    const own = data[i * cols + column]!;
    return Number.isNaN(own) ? -1 : own;
  };
  return Int32Array.from({ length: rows }, (_, i) => i).sort((a, b) => key(b) - key(a) || a - b);
}

/**
 * Every bar that differs, for asking the first model and, below the bar, the last: from a bar that nothing reaches to one
 * that every answer does. Rows whose last answer was not scored are left out. An accepted answer that was not scored is
 * paid for, and counts for no accuracy.
 * @param sorted rows by falling chance of the first model's answer
 */
export function forEachCut(
  { score, costUsd, weight }: CascadeRows,
  chance: Matrix,
  sorted: Int32Array,
  [first, last]: readonly [number, number],
  settled: Settled,
  visit: (bar: number, accuracy: number, costUsd: number) => void,
): void {
  const m = score.cols;
  const known = sorted.filter((i) => !Number.isNaN(score.data[i * m + last]!));
  let { right, weight: total, spentUsd, scored } = settled;
  for (const i of known) {
    right += weight[i]! * score.data[i * m + last]!;
    total += weight[i]!;
    spentUsd += costUsd.data[i * m + first]! + costUsd.data[i * m + last]!;
  }
  scored += known.length;
  const rows = settled.rows + known.length;
  if (known.length === 0) return;
  visit(never, right / total, spentUsd / rows);
  for (let r = 0; r < known.length; r++) {
    const i = known[r]!;
    const own = chance.data[i * m + first]!;
    const accepted = score.data[i * m + first]!;
    if (own !== own) break; // NaN, which sorts last: from here on there is no answer
    spentUsd -= costUsd.data[i * m + last]!;
    right -= weight[i]! * score.data[i * m + last]!;
    if (Number.isNaN(accepted)) {
      total -= weight[i]!;
      scored -= 1;
    } else right += weight[i]! * accepted;
    const next = r + 1 < known.length ? chance.data[known[r + 1]! * m + first]! : NaN;
    if (next === own || scored === 0) continue;
    visit(between(own, next), right / total, spentUsd / rows);
  }
}

/** A bar that `own` reaches and `next`, which is lower or absent, does not. */
function between(own: number, next: number): number {
  const middle = (own + next) / 2;
  return middle > next ? middle : own;
}

function offerTriples(
  rows: CascadeRows,
  chance: Matrix,
  sorted: ReadonlyMap<number, Int32Array>,
  frontier: Frontier,
  signal: AbortSignal | undefined,
): void {
  const rising = rows.columns.toSorted((a, b) => rows.meanCostUsd[a]! - rows.meanCostUsd[b]!);
  for (const [place, first] of rising.entries()) {
    for (const outer of quantilesOf(chance, first)) {
      throwIfAborted(signal, "the search for cascades");
      for (const [further, last] of rising.slice(place + 2).entries()) {
        const { settled, rest } = settle(rows, chance, [first, last], outer);
        for (const middle of rising.slice(place + 1, place + 2 + further)) {
          const left = sorted.get(middle)!.filter((i) => rest[i] === 1);
          forEachCut(rows, chance, left, [middle, last], settled, (bar, accuracy, costUsd) => {
            if (!frontier.improves(costUsd, accuracy)) return;
            frontier.put({ order: [first, middle, last], bars: [outer, bar], costUsd, accuracy });
          });
        }
      }
    }
  }
}

function quantilesOf({ rows, cols, data }: Matrix, column: number): number[] {
  const known = Float64Array.from({ length: rows }, (_, i) => data[i * cols + column]!)
    .filter((value) => !Number.isNaN(value))
    .toSorted();
  if (known.length === 0) return [];
  const bars = Array.from({ length: outerBars }, (_, q) => sortedQuantile(known, q / (outerBars - 1)));
  return [...new Set(bars)];
}

/** What the first model settles at a bar, its calls on all other rows included, and which rows those are. */
function settle(
  { score, costUsd, weight }: CascadeRows,
  chance: Matrix,
  [first, last]: readonly [number, number],
  bar: number,
): { readonly settled: Settled; readonly rest: Uint8Array } {
  const m = score.cols;
  const rest = new Uint8Array(score.rows);
  let [right, total, spentUsd, rows, scored] = [0, 0, 0, 0, 0];
  for (let i = 0; i < score.rows; i++) {
    if (Number.isNaN(score.data[i * m + last]!)) continue;
    spentUsd += costUsd.data[i * m + first]!;
    if (!(chance.data[i * m + first]! >= bar)) {
      rest[i] = 1;
      continue;
    }
    rows += 1;
    const own = score.data[i * m + first]!;
    if (Number.isNaN(own)) continue;
    right += weight[i]! * own;
    total += weight[i]!;
    scored += 1;
  }
  return { settled: { right, weight: total, spentUsd, rows, scored }, rest };
}
