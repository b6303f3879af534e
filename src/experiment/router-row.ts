/** One router's row of the report, from its runs under all seeds. */
import type { ReplayInput } from "../core/metric.ts";
import { finiteOrNull } from "../core/report.ts";
import type { Report, RouterReport } from "../core/report.ts";
import { quantile } from "../math/quantile.ts";
import { mean, sampleSd, sum } from "../math/stats.ts";
import { accuracyByDataset, avgAcc, sampleMean } from "../metrics/accuracy.ts";
import { collapseAlarm } from "../metrics/collapse-alarm.ts";
import { gainAtBest } from "../metrics/gain-at-best.ts";
import { gainAtRandom } from "../metrics/gain-at-random.ts";
import { gapAtOracle } from "../metrics/gap-at-oracle.ts";
import { recallRows } from "../metrics/recall-by-k.ts";
import type { RecallRow } from "../metrics/recall-by-k.ts";
import { answeredBy, selectionShare } from "../metrics/selection-share.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { CostFigures, MethodCurve } from "./cost-figures.ts";
import { runOf } from "./seed-evidence.ts";
import type { AccuracyDraws, SeedEvidence } from "./seed-evidence.ts";
import type { RouterRun } from "./seed-run.ts";

export interface RowInput {
  readonly named: NamedRouter;
  readonly evidence: readonly SeedEvidence[];
  readonly draws: AccuracyDraws;
  readonly figures: CostFigures;
  readonly curve: MethodCurve;
  /** Holm-adjusted over all ranked routers; NaN for those that are not ranked */
  readonly pAdjusted: number;
}

/** The row; every number a mean over seeds unless the schema says otherwise. */
export function routerRow(input: RowInput): RouterReport {
  const { named, evidence, draws, figures, curve } = input;
  const { label, router } = named;
  const runs = evidence.map(({ run }) => runOf(run, label));
  const delta = draws.difference(label, "best-single");
  const selected = meanColumns(
    runs.map(({ replay }) => selectionShare(answeredBy(replay), evidence[0]!.models.length)),
  );
  return {
    name: label,
    summary: router.summary,
    cheats: router.cheats,
    options: { ...runs[0]!.options },
    policy: runs[0]!.policy,
    ...accuracyFigures(runs, evidence, draws.interval(label)),
    deltaBestSingle: {
      mean: finiteOrNull(delta.mean),
      ci95: interval(delta.ci95),
      pAdjusted: finiteOrNull(input.pAdjusted),
    },
    ...spending(runs, evidence),
    perfGain: finiteOrNull(figures.perfGain),
    perfGainPeak: finiteOrNull(figures.perfGainPeak),
    costSave: finiteOrNull(figures.costSave),
    costSaveCi95: Number.isNaN(figures.costSaveCi95[0]) ? null : interval(figures.costSaveCi95),
    costSaveDelta: { mean: finiteOrNull(figures.costSaveDelta.mean), ci95: interval(figures.costSaveDelta.ci95) },
    costSaveOnValidation: finiteOrNull(figures.costSaveOnValidation),
    paretoDist: finiteOrNull(figures.paretoDist),
    aiq: finiteOrNull(figures.aiq),
    recallByK: mergeRecall(evidence.map(({ test }, s) => recallRows(test, runs[s]!.replay))),
    ...timings(runs),
    stateMiB: finiteOrNull(mean(runs.map(({ stateBytes }) => stateBytes / 2 ** 20))),
    selectionShare: Array.from(selected, finiteOrNull),
    missingPicks: sum(runs.map(({ replay }) => replay.missingPicks)),
    failedPicks: sum(runs.map(({ replay }) => replay.failedPicks)),
    collapse: router.cheats === false && isLearned(named) ? alarmText(named, selected, delta, evidence) : null,
    sweep: curve.points.length < 2 ? [] : sweepOf(curve),
  };
}

type Accuracies = Pick<
  RouterReport,
  "avgAcc" | "sampleMean" | "gainAtRandom" | "gainAtBest" | "gapAtOracle" | "accuracyByDataset"
>;

function accuracyFigures(
  runs: readonly RouterRun[],
  evidence: readonly SeedEvidence[],
  ci95: readonly [number, number],
): Accuracies {
  const inputs = runs.map(({ replay }, s) => ({ ...evidence[s]!.baselines, replay, test: evidence[s]!.test }));
  const byDataset = inputs.map(({ replay, test }) =>
    accuracyByDataset(replay.score, test.table.datasetOf, test.datasets),
  );
  const perSeed = inputs.map(({ replay, test }) => avgAcc(replay.score, test.table.datasetOf, test.datasets));
  const over = (of: (input: ReplayInput) => number): number | null => finiteOrNull(mean(inputs.map(of)));
  return {
    avgAcc: { mean: finiteOrNull(mean(perSeed)), sd: finiteOrNull(sampleSd(perSeed)), ci95: interval(ci95) },
    sampleMean: over(({ replay }) => sampleMean(replay.score)),
    gainAtRandom: over((input) => gainAtRandom.compute(input)),
    gainAtBest: over((input) => gainAtBest.compute(input)),
    gapAtOracle: over((input) => gapAtOracle.compute(input)),
    accuracyByDataset: Array.from(meanColumns(byDataset), finiteOrNull),
  };
}

/** All calls and the router's own spend; null without a cost axis. */
function spending(
  runs: readonly RouterRun[],
  evidence: readonly SeedEvidence[],
): Pick<RouterReport, "totalCostUsd" | "decisionCostUsd"> {
  const decisions = runs.map(({ replay }) => replay.decisionCostUsd ?? 0);
  const totals = runs.map(({ replay }, s) => sum(replay.costUsd) + decisions[s]!);
  return {
    totalCostUsd: evidence[0]!.test.hasCost ? finiteOrNull(mean(totals)) : null,
    decisionCostUsd: finiteOrNull(mean(decisions)),
  };
}

function sweepOf({ points, policies }: MethodCurve): RouterReport["sweep"] {
  return points.map(({ costUsd, avgAcc: accuracy }, i) => ({
    policy: policies[i]!,
    costUsd: finiteOrNull(costUsd),
    avgAcc: finiteOrNull(accuracy),
  }));
}

/** Constant and random lines are what they are; the alarm is for routers that claim to look at the query. */
function isLearned({ router }: NamedRouter): boolean {
  return router.needs.embeddings || router.needs.text;
}

function alarmText(
  { label }: NamedRouter,
  shares: Float64Array,
  delta: RowDelta,
  evidence: readonly SeedEvidence[],
): string | null {
  const { models } = evidence[0]!.test.table;
  const modelNames = models.map(({ id }) => id);
  const bestSingle = modelNames[evidence[0]!.baselines.bestSingle.chosen[0]!] ?? "";
  return (
    collapseAlarm({ router: label, selectionShare: shares, modelNames, bestSingle, deltaBestSingle: delta })?.words ??
    null
  );
}

type RowDelta = ReturnType<AccuracyDraws["difference"]>;

function timings(
  runs: readonly { readonly fitSeconds: number; readonly decisionMicros: Float64Array }[],
): Pick<RouterReport, "fitSeconds" | "decisionMicros"> {
  const micros = Float64Array.from(runs.flatMap(({ decisionMicros }) => [...decisionMicros]));
  return {
    fitSeconds: finiteOrNull(mean(runs.map(({ fitSeconds }) => fitSeconds))),
    decisionMicros: { p50: finiteOrNull(quantile(micros, 0.5)), p99: finiteOrNull(quantile(micros, 0.99)) },
  };
}

/** Rows of equal k, averaged over seeds: recall over all seeds' prompts with that k. */
function mergeRecall(perSeed: readonly (readonly RecallRow[])[]): Report["routers"][number]["recallByK"] {
  return perSeed[0]!.map(({ k }, position) => {
    const rows = perSeed.map((seed) => seed[position]!);
    const prompts = sum(rows.map((r) => r.prompts));
    return {
      k,
      prompts: prompts / rows.length,
      recall: finiteOrNull(sum(rows.map(({ right }) => right)) / prompts),
      chance: finiteOrNull(sum(rows.map(({ chance, prompts: n }) => (n === 0 ? 0 : chance * n))) / prompts),
    };
  });
}

function meanColumns(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, j) => mean(rows.map((r) => r[j]!)));
}

function interval([low, high]: readonly [number, number]): [number, number] | null {
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}
