/**
 * All metrics, as plain lists: what the report's legend, the reference page and `signalbox metrics` are made from.
 * A new metric is one file, its test, and one line here; a test fails when a file is not listed.
 */
import type { Metric, MetricFamily } from "../core/metric.ts";
import { accuracyLeft } from "./accuracy-left.ts";
import { aiq } from "./aiq.ts";
import { apgr } from "./apgr.ts";
import { avgAcc } from "./avg-acc.ts";
import { cpt20, cpt50, cpt80 } from "./call-performance-threshold.ts";
import { costByDataset } from "./cost-by-dataset.ts";
import { costFactor } from "./cost-factor.ts";
import { costPerCorrect } from "./cost-per-correct.ts";
import { costPerQuery } from "./cost-per-query.ts";
import { costSave } from "./cost-save.ts";
import { datasetsLeftOut } from "./datasets-left-out.ts";
import { decisionCost } from "./decision-cost.ts";
import { deferralAuc } from "./deferral-auc.ts";
import { deferralHalfAuc } from "./deferral-half-auc.ts";
import { deltaBestSingle } from "./delta-best-single.ts";
import { deltaDatasetOracle } from "./delta-dataset-oracle.ts";
import { leadersByDataset } from "./domain-leaders.ts";
import { estimatedLatency } from "./estimated-latency.ts";
import { failedPicks } from "./failed-picks.ts";
import { gainAtBest } from "./gain-at-best.ts";
import { gainAtRandom } from "./gain-at-random.ts";
import { gapAtOracle } from "./gap-at-oracle.ts";
import { guessingFloor } from "./guessing-floor.ts";
import { headroom } from "./headroom.ts";
import { impMax } from "./imp-max.ts";
import { impRand } from "./imp-rand.ts";
import { majorityShare } from "./majority-share.ts";
import { missingPicks } from "./missing-picks.ts";
import { optimalAccuracy } from "./optimal-accuracy.ts";
import { optimalCost } from "./optimal-cost.ts";
import { optimalSelection } from "./optimal-selection.ts";
import { oracleGap } from "./oracle-gap.ts";
import { pairGain } from "./pair-gain.ts";
import { paretoDistance } from "./pareto-distance.ts";
import { peakAccuracy } from "./peak-accuracy.ts";
import { perfGain } from "./perf-gain.ts";
import { predictionEntropy } from "./prediction-entropy.ts";
import { qualityNeutralCost } from "./quality-neutral-cost.ts";
import { recallAt1, recallAt2, recallAt3 } from "./recall-at-k.ts";
import { recallByK } from "./recall-by-k.ts";
import { robustness } from "./robustness.ts";
import { routerArenaScore } from "./router-arena-score.ts";
import { sampleMean } from "./sample-mean.ts";
import { selectionEntropy } from "./selection-entropy.ts";
import { solvability } from "./solvability.ts";
import { totalCost } from "./total-cost.ts";
import { uniqueSolvesByModel } from "./unique-solves.ts";
import { valueAtBest } from "./value-at-best.ts";
import { valueAtReference } from "./value-at-reference.ts";
import { zeroRouterAiq } from "./zero-router-aiq.ts";

/** Any metric or breakdown, whatever it looks at. */
export type AnyMetric<Output = unknown> = { [Family in MetricFamily]: Metric<Family, Output> }[MetricFamily];

/** Metrics of one number, in the order of a legend. */
export const metrics: readonly AnyMetric<number>[] = [
  avgAcc,
  sampleMean,
  deltaBestSingle,
  deltaDatasetOracle,
  gainAtRandom,
  gainAtBest,
  gapAtOracle,
  impRand,
  impMax,
  oracleGap,
  totalCost,
  costPerQuery,
  costPerCorrect,
  decisionCost,
  missingPicks,
  failedPicks,
  majorityShare,
  selectionEntropy,
  routerArenaScore,
  optimalSelection,
  optimalAccuracy,
  optimalCost,
  valueAtReference,
  valueAtBest,
  perfGain,
  costSave,
  paretoDistance,
  accuracyLeft,
  costFactor,
  aiq,
  zeroRouterAiq,
  deferralAuc,
  deferralHalfAuc,
  qualityNeutralCost,
  peakAccuracy,
  apgr,
  cpt20,
  cpt50,
  cpt80,
  headroom,
  recallAt1,
  recallAt2,
  recallAt3,
  predictionEntropy,
  robustness,
];

/** Metrics whose answer is a small table: per data set, per model, per pair, per k. */
export const breakdowns: readonly AnyMetric[] = [
  datasetsLeftOut,
  costByDataset,
  recallByK,
  uniqueSolvesByModel,
  pairGain,
  leadersByDataset,
  solvability,
  guessingFloor,
  estimatedLatency,
];

/** The metrics of one number that look at `family`. */
export function metricsOf<Family extends MetricFamily>(family: Family): Metric<Family>[] {
  return metrics.filter((metric) => metric.family === family) as unknown as Metric<Family>[];
}
