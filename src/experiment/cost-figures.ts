/** Figures in the plane of cost and accuracy: sweeps averaged over seeds, the frontier, PerfGain, CostSave, AIQ. */
import { createHash } from "node:crypto";
import type { CostAccuracy, Replay } from "../core/metric.ts";
import { collapseSeeds, pairedDifference, stratifiedBootstrap } from "../math/bootstrap.ts";
import type { Matrix } from "../math/matrix.ts";
import { sortedQuantile } from "../math/quantile.ts";
import { seededRandom } from "../math/random.ts";
import { mean, sum } from "../math/stats.ts";
import type { Interval } from "../math/stats.ts";
import { accuracyByDataset, avgAcc } from "../metrics/accuracy.ts";
import { aiq } from "../metrics/aiq.ts";
import { coverage, coveredAccuracies } from "../metrics/coverage.ts";
import { costFrontier } from "../metrics/cost-plane.ts";
import { costSave } from "../metrics/cost-save.ts";
import { paretoDistance } from "../metrics/pareto-distance.ts";
import { perfGain } from "../metrics/perf-gain.ts";
import { runOf } from "./seed-evidence.ts";
import type { SeedEvidence } from "./seed-evidence.ts";
import { resampledUnits } from "./resampled-units.ts";

export interface NamedPoint extends CostAccuracy {
  readonly name: string;
}

/** A method's configurations, each the mean over seeds, with the policy that gave it. */
export interface MethodCurve {
  readonly label: string;
  readonly policies: readonly string[];
  readonly points: readonly CostAccuracy[];
}

/** The curve of one router: its sweep, or its one point. */
export function methodCurve(evidence: readonly SeedEvidence[], label: string): MethodCurve {
  const runs = evidence.map(({ run }) => runOf(run, label));
  const first = runs[0]!;
  if (!runs.every(({ sweep }) => sweep))
    return { label, policies: [first.policy], points: [operatingPoint(evidence, label)] };
  const points = first.sweep!.policies.map((_, i) => ({
    costUsd: mean(runs.map(({ sweep }) => sweep!.test.costUsd[i]!)),
    avgAcc: mean(runs.map(({ sweep }) => sweep!.test.avgAcc[i]!)),
  }));
  return { label, policies: first.sweep!.policies, points };
}

/** Where the router's leaderboard row stands: total USD over the test part and AvgAcc, means over seeds. */
export function operatingPoint(evidence: readonly SeedEvidence[], label: string): CostAccuracy {
  const each = evidence.map(({ run, test }) => {
    const { score, costUsd } = runOf(run, label).replay;
    return { costUsd: sum(costUsd), avgAcc: avgAcc(score, test.table.datasetOf, test.datasets) };
  });
  return { costUsd: mean(each.map(({ costUsd }) => costUsd)), avgAcc: mean(each.map((point) => point.avgAcc)) };
}

/** Every pool model as a point; AvgAcc is NaN for a model that was not run on every data set. */
export function modelPoints(evidence: readonly SeedEvidence[]): NamedPoint[] {
  return evidence[0]!.test.table.models.map(({ id }, j) => ({
    name: id,
    costUsd: mean(evidence.map(({ models: replays }) => sum(replays[j]!.costUsd))),
    avgAcc: mean(evidence.map((seed) => mean(modelAccuracies(seed, j).filter((_, d) => hasRows(seed, d))))),
  }));
}

/** [datasets] accuracy of a pool model, NaN where it has no record. */
export function modelAccuracies({ models, test }: SeedEvidence, column: number): Float64Array {
  const accuracies = accuracyByDataset(models[column]!.score, test.table.datasetOf, test.datasets);
  return coveredAccuracies(accuracies, coverage(test.table), column);
}

function hasRows({ test }: SeedEvidence, dataset: number): boolean {
  return test.table.datasetOf.includes(dataset);
}

/** What a comparison's cost metrics are judged against; ParetoDist changes whenever a method is added. */
export interface PointSet {
  readonly all: readonly CostAccuracy[];
  readonly frontier: readonly NamedPoint[];
  readonly hash: string;
}

/** Pool models and every configuration of every honest method; no oracle. */
export function pointSet(models: readonly NamedPoint[], curves: readonly MethodCurve[]): PointSet {
  const named = [
    ...models,
    ...curves.flatMap(({ label, policies, points }) =>
      points.map((p, i) => ({ ...p, name: `${label} ${policies[i]}` })),
    ),
  ];
  const usable = named.filter(({ costUsd, avgAcc: a }) => Number.isFinite(costUsd) && Number.isFinite(a));
  const text = usable.map(({ name, costUsd, avgAcc: a }) => `${name}\t${costUsd}\t${a}`).join("\n");
  return { all: usable, frontier: costFrontier(usable), hash: createHash("sha256").update(text).digest("hex") };
}

export interface PointDelta {
  readonly mean: number;
  readonly ci95: Interval;
}

export interface CostFigures {
  readonly perfGain: number;
  readonly perfGainPeak: number;
  readonly costSave: number;
  /** NaN twice where there is no saving to bound */
  readonly costSaveCi95: Interval;
  /** AvgAcc at CostSave's point minus best single's; NaN where validation named no point */
  readonly costSaveDelta: PointDelta;
  /** the saving of that point on validation, which named it, mean over seeds; NaN as above */
  readonly costSaveOnValidation: number;
  readonly paretoDist: number;
  readonly aiq: number;
}

/** Cost figures of one method; all NaN without a cost axis. Named points were chosen on validation, seed by seed. */
export function costFigures(
  evidence: readonly SeedEvidence[],
  curve: MethodCurve,
  set: PointSet,
  models: readonly NamedPoint[],
): CostFigures {
  const bestSingle = operatingPoint(evidence, "best-single");
  const hasCost = evidence[0]!.test.hasCost;
  const sweepInput = {
    points: curve.points,
    bestSingle,
    pool: models.filter(({ avgAcc: accuracy }) => !Number.isNaN(accuracy)),
    comparison: set.all,
    hasCost,
  };
  if (!hasCost) return nothing;
  const best = namedPoint(evidence, curve.label, "bestQuality") ?? operatingPoint(evidence, curve.label);
  const asGood = namedPoint(evidence, curve.label, "asGoodAsBestSingle");
  // Named "as good" on validation and worse on test is no saving.
  const saved = costSave.compute({ ...sweepInput, points: asGood ? [asGood] : [] });
  const drawn = asGood && drawSaving(evidence, curve.label);
  return {
    perfGain: perfGain.compute({ ...sweepInput, points: [best] }),
    perfGainPeak: perfGain.compute(sweepInput),
    costSave: saved,
    costSaveCi95: drawn && !Number.isNaN(saved) ? drawn.saved : none,
    costSaveDelta: asGood && drawn ? { mean: asGood.avgAcc - bestSingle.avgAcc, ci95: drawn.delta } : noDelta,
    costSaveOnValidation: asGood
      ? mean(evidence.map(({ run }) => runOf(run, curve.label).named.savedOnValidation))
      : NaN,
    paretoDist: paretoDistance.compute(sweepInput),
    aiq: aiq.compute(sweepInput),
  };
}

const none: Interval = [NaN, NaN];
const noDelta: PointDelta = { mean: NaN, ci95: none };
const nothing: CostFigures = {
  perfGain: NaN,
  perfGainPeak: NaN,
  costSave: NaN,
  costSaveCi95: none,
  costSaveDelta: noDelta,
  costSaveOnValidation: NaN,
  paretoDist: NaN,
  aiq: NaN,
};

const savedDraws = 2000;

/**
 * 95 % intervals at the named point, prompts resampled inside each data set, paired: of the saving, 1 − cost / cost of
 * best single, and of the difference in AvgAcc. Both come from the same resamples.
 */
function drawSaving(
  evidence: readonly SeedEvidence[],
  label: string,
): { readonly saved: Interval; readonly delta: Interval } {
  const hash = evidence.map(({ run }) => run.split.manifest.hash).join();
  const draw = (of: (replay: Replay) => Float64Array, total: boolean): Matrix => {
    const seeds = evidence.map(({ run, test: { table } }) => ({
      unitOf: resampledUnits(table, Int32Array.from(table.datasetOf.keys())),
      datasetOf: table.datasetOf,
      values: [of(runOf(run, label).asGood!), of(runOf(run, "best-single").replay)],
    }));
    const collapsed = collapseSeeds(seeds, { datasets: evidence[0]!.test.datasets, total });
    // The same stream over the same prompts gives the same resamples.
    return stratifiedBootstrap({ ...collapsed, draws: savedDraws }, seededRandom("cost save", hash));
  };
  const costs = draw(({ costUsd }) => costUsd, true).data;
  const ascending = costs
    .filter((_, at) => at % 2 === 0)
    .map((own, i) => 1 - own / costs[2 * i + 1]!)
    .toSorted();
  const accuracies = draw(({ score }) => score, false);
  return {
    saved: [sortedQuantile(ascending, 0.025), sortedQuantile(ascending, 0.975)],
    delta: pairedDifference(accuracies, 0, 1).ci95,
  };
}

/** The point that validation named, read on test and averaged over seeds; undefined when a seed names none. */
function namedPoint(
  evidence: readonly SeedEvidence[],
  label: string,
  which: "bestQuality" | "asGoodAsBestSingle",
): CostAccuracy | undefined {
  const points = evidence.map(({ run }) => {
    const { sweep, named } = runOf(run, label);
    const at = named[which];
    return sweep && at >= 0 ? { costUsd: sweep.test.costUsd[at]!, avgAcc: sweep.test.avgAcc[at]! } : undefined;
  });
  if (points.some((point) => point === undefined)) return undefined;
  return { costUsd: mean(points.map((p) => p!.costUsd)), avgAcc: mean(points.map((p) => p!.avgAcc)) };
}
