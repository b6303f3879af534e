/**
 * Means of realised scores: by data set, over data sets (AvgAcc), over prompts (sample mean). Spec §5.1.
 */
import type { Replay, TestRows } from "../core/metric.ts";
import { mean } from "../math/stats.ts";

/** Mean value per data set; NaN for a data set without a row. [datasets] */
export function accuracyByDataset(scores: Float64Array, datasetOf: Int32Array, datasets: number): Float64Array {
  const sum = new Float64Array(datasets);
  const count = new Int32Array(datasets);
  for (let i = 0; i < scores.length; i++) {
    sum[datasetOf[i]!]! += scores[i]!;
    count[datasetOf[i]!]! += 1;
  }
  return sum.map((total, d) => (count[d] === 0 ? NaN : total / count[d]!));
}

/** Sum per data set, 0 for a data set without a row. [datasets] */
export function sumByDataset(values: Float64Array, datasetOf: Int32Array, datasets: number): Float64Array {
  const sum = new Float64Array(datasets);
  for (let i = 0; i < values.length; i++) sum[datasetOf[i]!]! += values[i]!;
  return sum;
}

/**
 * AvgAcc: the mean over data sets of the mean score inside each, so that each data set weighs the same.
 * Data sets without a row are left out; NaN without any row.
 */
export function avgAcc(scores: Float64Array, datasetOf: Int32Array, datasets: number): number {
  return mean(accuracyByDataset(scores, datasetOf, datasets).filter((value) => !Number.isNaN(value)));
}

/** The mean over all rows, each prompt weighing the same. NaN without any row. */
export function sampleMean(scores: Float64Array): number {
  return mean(scores);
}

/** AvgAcc of one replay − AvgAcc of another over the same test rows. */
export function avgAccDifference({ table, datasets }: TestRows, first: Replay, second: Replay): number {
  return avgAcc(first.score, table.datasetOf, datasets) - avgAcc(second.score, table.datasetOf, datasets);
}
