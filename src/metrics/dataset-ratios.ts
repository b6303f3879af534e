/**
 * Means over data sets of accuracy ratios, the form of Gain@R, Gain@B and Gap@O. A data set on which the denominator
 * scores 0 has no ratio: it is left out, for all methods alike (the denominator is theirs in common), and counted.
 * No epsilon. Spec §5.3.
 */
import type { Replay, TestRows } from "../core/metric.ts";
import { mean } from "../math/stats.ts";
import { accuracyByDataset } from "./accuracy.ts";

/** Mean over data sets of acc(replay, d) / acc(baseline, d); NaN when every data set is left out. */
export function meanAccuracyRatio(test: TestRows, replay: Replay, baseline: Replay): number {
  const numerator = accuracyByDataset(replay.score, test.table.datasetOf, test.datasets);
  const denominator = accuracyByDataset(baseline.score, test.table.datasetOf, test.datasets);
  return mean([...numerator.keys()].filter((d) => denominator[d]! > 0).map((d) => numerator[d]! / denominator[d]!));
}

/** How many data sets with rows have no ratio against this baseline. */
export function datasetsWithoutRatio(test: TestRows, baseline: Replay): number {
  return accuracyByDataset(baseline.score, test.table.datasetOf, test.datasets).filter((value) => value === 0).length;
}
