/** Ratios of means, the form of ImpRand, ImpMax, OracleGap, V_R and V_B. */
import type { Replay, TestRows } from "../core/metric.ts";
import { avgAcc } from "./accuracy.ts";

/** value / base; NaN when the base is 0 or unknown. */
export function ratio(value: number, base: number): number {
  return base === 0 ? NaN : value / base;
}

/** AvgAcc(replay) / AvgAcc(baseline) − 1; NaN when the baseline scores 0. */
export function relativeGain({ table, datasets }: TestRows, replay: Replay, baseline: Replay): number {
  const value = (scores: Float64Array): number => avgAcc(scores, table.datasetOf, datasets);
  return ratio(value(replay.score), value(baseline.score)) - 1;
}
