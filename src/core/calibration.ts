/**
 * Platt calibration: per model, quality → σ(slope·quality + intercept), the chance of a right answer.
 * Source: Platt, "Probabilistic outputs for support vector machines" (1999); spec of routers, §3.
 */
import { row } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";
import { fitPlatt } from "../math/platt.ts";
import type { Estimate } from "./router.ts";

/** [m] each; NaN = this model's quality could not be calibrated and stays unknown to policies that need a chance. */
export interface Calibration {
  readonly slope: Float64Array;
  readonly intercept: Float64Array;
}

/** A model needs this many scored validation prompts for a map of its own; below, all models share one. */
const rowsForOwnMap = 50;

/** The maps that make `quality` [n, m] forecast `score` [n, m] (NaN = not scored). */
export function fitCalibration(quality: Matrix, score: Matrix): Calibration {
  const all = [...score.data.keys()].filter((cell) => isKnown(quality, score, cell));
  const pooled = fitPlatt(pickCells(quality, all), pickCells(score, all));
  const maps = Array.from({ length: score.cols }, (_, j) => {
    const own = all.filter((cell) => cell % score.cols === j);
    return own.length < rowsForOwnMap ? pooled : fitPlatt(pickCells(quality, own), pickCells(score, own));
  });
  return {
    slope: Float64Array.from(maps, ({ slope }) => slope),
    intercept: Float64Array.from(maps, ({ intercept }) => intercept),
  };
}

/** The estimate with its quality as chances; unchanged without a calibration. */
export function calibrated(estimate: Estimate, calibration: Calibration | undefined): Estimate {
  return calibration ? withQuality(estimate, calibratedQuality(estimate.quality, calibration)) : estimate;
}

/** Written out, since it is made for every request: of copies by spread V8 keeps many alive (ADR 0037). */
function withQuality({ costUsd, support, scaled }: Estimate, quality: Float64Array): Estimate {
  if (support === undefined && scaled === undefined) return { quality, costUsd };
  return { quality, costUsd, ...(support && { support }), ...(scaled && { scaled }) };
}

/** Quality [n, m] as chances. */
export function calibratedTable(quality: Matrix, calibration: Calibration | undefined): Matrix {
  if (!calibration) return quality;
  const data = new Float64Array(quality.data.length);
  for (let i = 0; i < quality.rows; i++) data.set(calibratedQuality(row(quality, i), calibration), i * quality.cols);
  return { ...quality, data };
}

function calibratedQuality(quality: Float64Array, { slope, intercept }: Calibration): Float64Array {
  return quality.map((q, j) =>
    Number.isFinite(q) ? 1 / (1 + Math.exp(-((slope[j] ?? NaN) * q + (intercept[j] ?? NaN)))) : q,
  );
}

function isKnown(quality: Matrix, score: Matrix, cell: number): boolean {
  return Number.isFinite(quality.data[cell]) && !Number.isNaN(score.data[cell]);
}

function pickCells({ data }: Matrix, cells: readonly number[]): Float64Array {
  return Float64Array.from(cells, (cell) => data[cell] ?? NaN);
}
