/**
 * Stratified paired bootstrap of macro averages.
 *
 * One observation is a prompt, a stratum is a data set, a column is a method. Prompts are resampled with replacement
 * inside every stratum, and the SAME resample serves all methods: they answered the same prompts, so a difference
 * between two columns of one draw is a paired difference. (Efron & Tibshirani, "An Introduction to the Bootstrap",
 * 1993, §§8, 14.)
 *
 * Several split seeds. Test parts of different seeds overlap, so treating seeds as independent makes intervals too
 * narrow. What varies is which prompts there are; so the prompts of the union of the test parts are resampled, and a
 * prompt carries all its appearances with it. With n(s,d) test prompts of data set d under seed s, the mean over
 * seeds of the accuracy on d is
 *
 *     (1/S) Σ_s (1/n(s,d)) Σ_{p ∈ test(s,d)} score_s(p)  =  Σ_p u_p / Σ_p v_p,
 *     u_p = Σ_{s: p ∈ test(s)} score_s(p) / n(s,d),    v_p = Σ_{s: p ∈ test(s)} 1 / n(s,d),
 *
 * since Σ_p v_p = S. Under resampling both sums vary, so the statistic is their ratio (a ratio estimator), data set by
 * data set. For one seed it is the plain bootstrap of AvgAcc. `collapseSeeds` makes u and v.
 */
import type { Matrix } from "./matrix.ts";
import { ShapeError, matrix } from "./matrix.ts";
import { sortedQuantile } from "./quantile.ts";
import type { Random } from "./random.ts";
import type { Interval } from "./stats.ts";
import { mean } from "./stats.ts";

export interface BootstrapInput {
  /** [n, a] numerators u, one column a method */
  readonly values: Matrix;
  /** [n] denominators v; all 1 for a single seed */
  readonly weights: Float64Array;
  /** [n] stratum of each observation, 0 … stratumCount − 1 */
  readonly strata: Int32Array;
  readonly stratumCount: number;
  /** [stratumCount] what a stratum's ratio counts in the statistic; absent = 1 / (strata that have observations) */
  readonly stratumScale?: Float64Array;
  readonly draws?: number;
}

export const defaultDraws = 10_000;

/**
 * The statistic of every method under every resample. [draws, a]
 * Statistic of a method: Σ over strata of scale · (Σ values / Σ weights inside the stratum). Empty strata are left out.
 * @throws ShapeError when lengths do not fit.
 */
export function stratifiedBootstrap(input: BootstrapInput, random: Random): Matrix {
  const { values, draws = defaultDraws } = input;
  checkShapes(input);
  const out = matrix(draws, values.cols);
  for (const stratum of groupStrata(input)) addStratum(out, stratum, random);
  return out;
}

/** The statistic of every method on the observations as they are: what `stratifiedBootstrap` resamples. [a] */
export function observedStatistic(input: BootstrapInput): Float64Array {
  checkShapes(input);
  const out = new Float64Array(input.values.cols);
  for (const { kinds, kindOf, cells, scale } of groupStrata(input)) {
    const counts = new Int32Array(kinds);
    for (const kind of kindOf) counts[kind]! += 1;
    addRatio(out, 0, counts, cells, scale);
  }
  return out;
}

/**
 * One stratum with equal observations merged into kinds. Scores repeat (all right, all wrong, …), so there are often
 * far fewer kinds than prompts, and a resample is then a count per kind.
 */
interface Stratum {
  readonly kinds: number;
  /** [n_d] kind of each observation */
  readonly kindOf: Int32Array;
  /** [kinds, a + 1] values, then the weight */
  readonly cells: Matrix;
  readonly scale: number;
}

function groupStrata(input: BootstrapInput): Stratum[] {
  const { strata, stratumCount, stratumScale } = input;
  const members: number[][] = Array.from({ length: stratumCount }, () => []);
  strata.forEach((stratum, i) => members[stratum]!.push(i));
  const filled = members.filter((rows) => rows.length > 0).length;
  return members.flatMap((rows, d) =>
    rows.length === 0 ? [] : [mergeEqual(input, rows, stratumScale ? stratumScale[d]! : 1 / filled)],
  );
}

function mergeEqual({ values, weights }: BootstrapInput, rows: number[], scale: number): Stratum {
  const width = values.cols + 1;
  const kindByContent = new Map<string, number>();
  const cells: number[] = [];
  const kindOf = new Int32Array(rows.length);
  rows.forEach((r, position) => {
    const cell = [...values.data.subarray(r * values.cols, (r + 1) * values.cols), weights[r]!];
    const content = cell.join();
    let kind = kindByContent.get(content);
    if (kind === undefined) {
      kind = kindByContent.size;
      kindByContent.set(content, kind);
      cells.push(...cell);
    }
    kindOf[position] = kind;
  });
  const kinds = kindByContent.size;
  return { kinds, kindOf, cells: { rows: kinds, cols: width, data: Float64Array.from(cells) }, scale };
}

function addStratum(out: Matrix, { kinds, kindOf, cells, scale }: Stratum, random: Random): void {
  const counts = new Int32Array(kinds);
  const n = kindOf.length;
  // Multiply-shift instead of rejection: the bias is below n / 2^32, the speed is double.
  const step = n / 0x100000000;
  for (let draw = 0; draw < out.rows; draw++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[kindOf[(random.nextU32() * step) | 0]!]! += 1;
    addRatio(out.data, draw * out.cols, counts, cells, scale);
  }
}

/** Adds scale · Σ count · value / Σ count · weight of every method to `out` from `offset` on. */
function addRatio(out: Float64Array, offset: number, counts: Int32Array, cells: Matrix, scale: number): void {
  const width = cells.cols;
  const data = cells.data;
  const total = new Float64Array(width);
  for (let kind = 0, at = 0; kind < counts.length; kind++, at += width) {
    const count = counts[kind]!;
    if (count === 0) continue;
    for (let j = 0; j < width; j++) total[j]! += count * data[at + j]!;
  }
  const factor = scale / total[width - 1]!;
  for (let j = 0; j < width - 1; j++) out[offset + j]! += total[j]! * factor;
}

/** The test part of one split seed, with one value per prompt and method. */
export interface SeedRun {
  /** [n_s] a number that names the prompt (or its split group) across seeds: equal numbers are resampled together */
  readonly unitOf: Int32Array;
  /** [n_s] data set of each row; a unit lies in one data set */
  readonly datasetOf: Int32Array;
  /** per method [n_s]: realised scores, or USD */
  readonly values: readonly Float64Array[];
}

/**
 * Merges the test parts of several split seeds into one bootstrap input (derivation at the top of this file).
 * For scores the statistic is AvgAcc, for costs the mean cost per prompt averaged over data sets; with `total: true`
 * it is the sum over the test part, averaged over seeds (the strata are then scaled by their mean test size).
 */
export function collapseSeeds(
  runs: readonly SeedRun[],
  { datasets, total = false }: { readonly datasets: number; readonly total?: boolean },
): BootstrapInput {
  const methods = runs[0]?.values.length ?? 0;
  const position = new Map<number, number>();
  for (const run of runs) for (const unit of run.unitOf) if (!position.has(unit)) position.set(unit, position.size);
  const values = matrix(position.size, methods);
  const weights = new Float64Array(position.size);
  const strata = new Int32Array(position.size);
  const meanSize = new Float64Array(datasets);
  for (const run of runs) {
    const size = new Float64Array(datasets);
    for (const d of run.datasetOf) size[d]! += 1;
    size.forEach((n, d) => (meanSize[d]! += n / runs.length));
    for (let i = 0; i < run.unitOf.length; i++) {
      const p = position.get(run.unitOf[i]!)!;
      const d = run.datasetOf[i]!;
      strata[p] = d;
      weights[p]! += 1 / size[d]!;
      for (let a = 0; a < methods; a++) values.data[p * methods + a]! += run.values[a]![i]! / size[d]!;
    }
  }
  const collapsed = { values, weights, strata, stratumCount: datasets };
  return total ? { ...collapsed, stratumScale: meanSize } : collapsed;
}

export interface PairedDifference {
  /** mean of the differences over the draws */
  readonly mean: number;
  /** percentile interval, 2.5 % to 97.5 % */
  readonly ci95: Interval;
  /** Two-sided; at least 2 / (draws + 1), and 1 when every difference is 0. */
  readonly p: number;
}

/** How column `a` of the draws differs from column `b`. NaN throughout when there are no draws. */
export function pairedDifference(draws: Matrix, a: number, b: number): PairedDifference {
  const difference = Float64Array.from(
    { length: draws.rows },
    (_, i) => draws.data[i * draws.cols + a]! - draws.data[i * draws.cols + b]!,
  );
  return { mean: mean(difference), ci95: percentileInterval(difference), p: twoSided(difference) };
}

/** The 95 % percentile interval of one column of the draws. */
export function columnInterval(draws: Matrix, column: number): Interval {
  return percentileInterval(Float64Array.from({ length: draws.rows }, (_, i) => draws.data[i * draws.cols + column]!));
}

function percentileInterval(values: Float64Array): Interval {
  const ascending = values.toSorted();
  return [sortedQuantile(ascending, 0.025), sortedQuantile(ascending, 0.975)];
}

/** +1 in both parts: the observed sample is one of the possible draws (Davison & Hinkley 1997, §4.2). */
function twoSided(difference: Float64Array): number {
  if (difference.length === 0) return NaN;
  let notAbove = 0;
  let notBelow = 0;
  for (const value of difference) {
    // Equal statistics differ in the last bits when they were summed in another order.
    if (value <= rounding) notAbove++;
    if (value >= -rounding) notBelow++;
  }
  return Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (difference.length + 1));
}

const rounding = 1e-12;

function checkShapes({ values, weights, strata, stratumScale, stratumCount }: BootstrapInput): void {
  if (weights.length !== values.rows || strata.length !== values.rows) {
    throw new ShapeError(
      `bootstrap: values [${values.rows}, ${values.cols}] need as many weights (${weights.length}) and strata (${strata.length})`,
    );
  }
  if (stratumScale && stratumScale.length !== stratumCount) {
    throw new ShapeError(`bootstrap: ${stratumScale.length} stratum scales for ${stratumCount} strata`);
  }
}
