/** Sample statistics. Every function gives NaN where the statistic is undefined, and skips nothing. */
import { studentTQuantile } from "./student-t.ts";

/** Arithmetic mean; NaN of nothing. Summed with Neumaier's compensation, so that order hardly matters. */
export function mean(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : sum(values) / values.length;
}

/** Compensated sum (Neumaier 1974), as Python's `sum` over floats since 3.12; 0 of nothing. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** Sample standard deviation (divisor n − 1); NaN under two values. */
export function sampleSd(values: ArrayLike<number>): number {
  if (values.length < 2) return NaN;
  const centre = mean(values);
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return Math.sqrt(sum(squares) / (values.length - 1));
}

/** Standard error of the mean, sd / √n; NaN under two values. */
export function standardError(values: ArrayLike<number>): number {
  return sampleSd(values) / Math.sqrt(values.length);
}

export type Interval = readonly [low: number, high: number];

/** Mean, spread and t interval of a handful of values, e.g. one metric over seeds. */
export interface Aggregate {
  readonly mean: number;
  /** divisor n − 1 */
  readonly sd: number;
  readonly standardError: number;
  /** 95 % t interval of the mean. Too narrow over split seeds, whose test parts overlap: see `bootstrap.ts`. */
  readonly ci95: Interval;
}

/** Aggregates one metric over seeds. sd, error and interval are NaN under two values. */
export function aggregate(values: ArrayLike<number>): Aggregate {
  const centre = mean(values);
  const error = standardError(values);
  const half = values.length < 2 ? NaN : studentTQuantile(0.975, values.length - 1) * error;
  return { mean: centre, sd: sampleSd(values), standardError: error, ci95: [centre - half, centre + half] };
}
