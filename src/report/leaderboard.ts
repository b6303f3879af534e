/**
 * The leaderboard as every view draws it: who is ranked, who is only a reference line, how each router stands
 * against the best single model, and the columns with their one-line meaning.
 */
import type { Report, RouterReport } from "../core/report.ts";
import { isSavingShown } from "../core/saving-shown.ts";
import { accuracyDigits, decimal, duration, intervalText, percent, pValue, signedPoints, usd } from "./format.ts";

/** Below this adjusted p a difference counts as shown. */
export const significanceLevel = 0.05;

/** Baselines that use no cheat but are context, not candidates. */
const contextRouters = new Set(["random", "cheapest", "priciest"]);

export type Standing = "baseline" | "better" | "worse" | "not distinguishable";

/** One sign per standing, so that no view depends on colour alone. */
export const standingSigns: Readonly<Record<Standing, string>> = {
  better: "▲",
  worse: "▼",
  "not distinguishable": "≈",
  baseline: "·",
};

export interface Leaderboard {
  /** best first */
  readonly ranked: readonly RouterReport[];
  /** cheats and context, never ranked; best first */
  readonly reference: readonly RouterReport[];
  /** decimals for accuracies and their differences */
  readonly digits: number;
}

/** Sums taken in another order differ below this. */
const tieDigits = 9;

/** The routers in the order to show them. Ties keep the order of the report, as in the verdict. */
export function leaderboard(report: Report): Leaderboard {
  const level = ({ avgAcc: { mean } }: RouterReport) => Number((mean ?? -1).toFixed(tieDigits));
  const sorted = report.routers.toSorted((a, b) => level(b) - level(a));
  return {
    ranked: sorted.filter((router) => !isReference(router)),
    reference: sorted.filter(isReference),
    digits: accuracyDigits(report.routers.flatMap((router) => [router.avgAcc.ci95, router.deltaBestSingle.ci95])),
  };
}

/** Whether the router is a line to compare with and not a candidate. */
export function isReference(router: RouterReport): boolean {
  return router.cheats !== false || contextRouters.has(baseName(router));
}

/** Whether the router is the best single model itself, the line every Δ is measured from. */
export function isBestSingle(router: RouterReport): boolean {
  return baseName(router) === "best-single";
}

/** How a router stands against the best single model, by the adjusted p value. */
export function standing(router: RouterReport): Standing {
  if (isBestSingle(router)) return "baseline";
  const { mean, pAdjusted } = router.deltaBestSingle;
  if (mean === null || pAdjusted === null || pAdjusted >= significanceLevel) return "not distinguishable";
  return mean > 0 ? "better" : "worse";
}

/** Why a router is not ranked, in a word or two; empty for a ranked one. */
export function referenceNote(router: RouterReport): string {
  if (router.cheats === true) return "knows the answers";
  if (router.cheats === "task-label") return "told the data set";
  return isReference(router) ? "context" : "";
}

export interface LeaderboardColumn {
  readonly key: string;
  /** as short as a table head must be, unit included */
  readonly title: string;
  /** beside the title where there is room: what the bare head would let one misread */
  readonly note?: string;
  /** what the number means, one line */
  readonly legend: string;
  readonly cell: (router: RouterReport, digits: number) => string;
  /** the 95 % interval as text, for the columns that have one; empty when unknown */
  readonly interval?: (router: RouterReport, digits: number) => string;
  /** for sorting by value; null sorts last */
  readonly value: (router: RouterReport) => number | string | null;
}

/** Columns of every view, in order. The terminal drops some when it is narrow. */
export const leaderboardColumns: readonly LeaderboardColumn[] = [
  {
    key: "avgAcc",
    title: "AvgAcc %",
    legend: "mean over data sets of the mean score, each data set weighing the same; bootstrap 95 % interval",
    cell: (router, digits) => percent(router.avgAcc.mean, digits),
    interval: (router, digits) => intervalText(router.avgAcc.ci95, percent, digits),
    value: (router) => router.avgAcc.mean,
  },
  {
    key: "delta",
    title: "Δ best",
    legend: "AvgAcc minus that of the best single model, in points, on the same prompts",
    cell: (router, digits) => signedPoints(router.deltaBestSingle.mean, digits),
    interval: deltaInterval,
    value: (router) => router.deltaBestSingle.mean,
  },
  {
    key: "pAdjusted",
    title: "p adj.",
    legend: "chance of such a difference from the best single model if there were none, corrected for several routers",
    cell: (router) => pValue(router.deltaBestSingle.pAdjusted),
    value: (router) => router.deltaBestSingle.pAdjusted,
  },
  {
    key: "cost",
    title: "Cost USD",
    legend: `total over the test part, every call billed, mean over seeds; lower is better`,
    cell: (router) => usd(router.totalCostUsd),
    value: (router) => router.totalCostUsd,
  },
  {
    key: "perfGain",
    title: "PerfGain",
    note: "at validation's point",
    legend: `percent of AvgAcc above the best single model's, read at the point of the router's cost sweep that was best on validation, not at the row's own setting as AvgAcc %; higher is better`,
    cell: (router) => signedPoints(router.perfGain),
    value: (router) => router.perfGain,
  },
  {
    key: "costSave",
    title: "CostSave",
    note: "at validation's point",
    legend: `percent of the best single model's USD saved, read at the cheapest point of the router's cost sweep that was as accurate as the best single model on validation, not at the row's own setting as Cost USD; — when no point named as good as best-single on validation held that on test; in brackets where no saving is claimed: there was none on validation, or the interval reaches 0`,
    cell: costSaveText,
    interval: (router) => intervalText(router.costSaveCi95, percent, 1),
    value: (router) => router.costSave,
  },
  {
    key: "decision",
    title: "µs p50/p99",
    legend: "time to decide one query, embedding given, median and 99th percentile, measured on this machine",
    cell: ({ decisionMicros: { p50, p99 } }) => (p50 === null ? "—" : `${duration(p50)}/${duration(p99)}`),
    value: (router) => router.decisionMicros.p50,
  },
];

/** Further columns of the wide views (HTML). */
export const detailColumns: readonly LeaderboardColumn[] = [
  {
    key: "sampleMean",
    title: "Sample mean %",
    legend: "mean score over all test prompts, each prompt weighing the same",
    cell: (router, digits) => percent(router.sampleMean, digits),
    value: (router) => router.sampleMean,
  },
  {
    key: "gainAtRandom",
    title: "Gain@R %",
    legend: `mean over data sets of the gain relative to the random router's accuracy there; higher is better`,
    cell: (router) => signedPoints(router.gainAtRandom),
    value: (router) => router.gainAtRandom,
  },
  {
    key: "gainAtBest",
    title: "Gain@B %",
    legend: "the same relative to the best single model; one small data set can outweigh the rest",
    cell: (router) => signedPoints(router.gainAtBest),
    value: (router) => router.gainAtBest,
  },
  {
    key: "gapAtOracle",
    title: "Gap@O %",
    legend: `mean over data sets of the relative gap to the oracle; lower is better`,
    cell: (router) => percent(router.gapAtOracle),
    value: (router) => router.gapAtOracle,
  },
  {
    key: "costSaveDelta",
    title: "Δ at CostSave",
    legend:
      "AvgAcc minus the best single model's, in points, at the point of CostSave, with its interval on the same resamples; below 0 CostSave is —",
    cell: (router, digits) => signedPoints(router.costSaveDelta.mean, digits),
    interval: (router, digits) => intervalText(router.costSaveDelta.ci95, signedPoints, digits),
    value: (router) => router.costSaveDelta.mean,
  },
  {
    key: "paretoDist",
    title: "ParetoDist",
    legend: `distance to the cost–accuracy frontier on unit axes, 0 = on it; lower is better; depends on the points compared`,
    cell: (router) => decimal(router.paretoDist, 3),
    value: (router) => router.paretoDist,
  },
  {
    key: "aiq",
    title: "AIQ",
    legend: "mean accuracy along the router's cost–accuracy hull, as RouterBench defines it; higher is better",
    cell: (router) => decimal(router.aiq, 3),
    value: (router) => router.aiq,
  },
  {
    key: "perfGainPeak",
    title: "PerfGain peak",
    legend: "the best point of the router's test curve; chosen on test, so never compare by it",
    cell: (router) => signedPoints(router.perfGainPeak),
    value: (router) => router.perfGainPeak,
  },
  {
    key: "decisionCost",
    title: "Decision USD",
    legend: "what deciding itself cost, contained in Cost USD",
    cell: (router) => usd(router.decisionCostUsd),
    value: (router) => router.decisionCostUsd,
  },
  {
    key: "fitSeconds",
    title: "Fit s",
    legend:
      "seconds to fit once, the search of its options on validation included, mean over seeds; what routers share is charged to the first that asks",
    cell: (router) => duration(router.fitSeconds),
    value: (router) => router.fitSeconds,
  },
  {
    key: "stateMiB",
    title: "State MiB",
    legend: "memory of the fitted state's numbers: what serving it must hold",
    cell: (router) => duration(router.stateMiB),
    value: (router) => router.stateMiB,
  },
];

/** Under every table that has both: why an interval and a p may seem to disagree. */
export const intervalNote =
  "Intervals are uncorrected, each for its own row; p adj. counts all routers (Holm), " +
  `so it may be above ${significanceLevel} where the interval of Δ leaves out 0.`;

/** The legend line of the signs before the names. */
export const signLegend =
  `▲ better, ▼ worse, ≈ not distinguishable from the best single model at adjusted p < ${significanceLevel}; ` +
  `· the best single model itself`;

/** A figure in brackets is one that the findings do not claim. */
function costSaveText(router: RouterReport): string {
  const text = percent(router.costSave);
  return (router.costSave ?? 0) > 0 && !isSavingShown(router) ? `(${text})` : text;
}

function deltaInterval(router: RouterReport, digits: number): string {
  const { ci95, mean } = router.deltaBestSingle;
  return mean === 0 && ci95?.[0] === 0 && ci95[1] === 0 ? "" : intervalText(ci95, signedPoints, digits);
}

/** "random" of "random/drawn": the method without its preset. */
function baseName(router: RouterReport): string {
  return router.name.split("/")[0] ?? router.name;
}
