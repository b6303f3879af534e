/**
 * Means of realised scores: by data set, over data sets (AvgAcc), over prompts (sample mean). Spec §5.1.
 */
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

/** Number of data sets that have at least one row. */
export function datasetsWithRows(datasetOf: Int32Array): number {
  return new Set(datasetOf).size;
}
