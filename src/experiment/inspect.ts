/** What a table holds before any routing: models × data sets, reference lines, failures, complementarity. */
import type { Replay } from "../core/metric.ts";
import { cellStatus, datasetLabels, hasCostAxis } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { finiteOrNull } from "../core/report.ts";
import type { Inspection } from "../core/report.ts";
import { sum } from "../math/stats.ts";
import { accuracyByDataset, avgAcc, sampleMean } from "../metrics/accuracy.ts";
import {
  bestSingleColumn,
  randomDrawVariance,
  replayColumn,
  replayDatasetOracle,
  replayExpectedRandom,
  replayOracle,
} from "../metrics/baselines.ts";
import { bestSubsets } from "../metrics/best-subsets.ts";
import { coverage, coveredAccuracies } from "../metrics/coverage.ts";
import { domainLeaders, pairGains, solverCounts, uniqueSolves } from "../metrics/complementarity.ts";
import { tableFindings } from "./data-findings.ts";

type Line = Inspection["bestSingle"];

/** All figures are over all prompts of the table. */
export function inspectTable(table: OutcomeTable, name: string, warnings: readonly string[]): Inspection {
  const best = bestSingleColumn(table);
  const lines = {
    oracle: replayOracle(table),
    random: replayExpectedRandom(table),
    datasetOracle: replayDatasetOracle(table),
  };
  const bestReplay = best === undefined ? undefined : replayColumn(table, best);
  const solvers = solverCounts(table);
  return {
    schemaVersion: 1,
    data: { name, digest: table.digest, hasCost: hasCostAxis(table), warnings: [...tableFindings(table), ...warnings] },
    prompts: table.prompts.length,
    models: table.models.length,
    datasets: table.datasets.length,
    records: countStatus(table, (status) => status !== cellStatus.missing),
    failed: countStatus(table, (status) => status === cellStatus.failed),
    unscored: countStatus(table, (status) => status === cellStatus.unscored),
    missing: countStatus(table, (status) => status === cellStatus.missing),
    bestSingle: bestReplay
      ? { name: table.models[best!]!.id, ...line(table, bestReplay) }
      : { avgAcc: null, sampleMean: null, totalCostUsd: null },
    datasetOracle: line(table, lines.datasetOracle),
    oracle: line(table, lines.oracle),
    random: {
      ...line(table, lines.random),
      drawSd: finiteOrNull(Math.sqrt(randomDrawVariance(table).avgAcc)),
    },
    allCorrect: finiteOrNull(share(solvers, (k) => k === table.models.length)),
    allWrong: finiteOrNull(share(solvers, (k) => k === 0)),
    datasetRows: datasetRows(table, lines, solvers),
    modelRows: modelRows(table),
    complementarity: complementarity(table, bestReplay, lines.oracle, solvers),
  };
}

function line(table: OutcomeTable, { score, costUsd }: Replay): Omit<Line, "name"> {
  return {
    avgAcc: finiteOrNull(avgAcc(score, table.datasetOf, table.datasets.length)),
    sampleMean: finiteOrNull(sampleMean(score)),
    totalCostUsd: hasCostAxis(table) ? finiteOrNull(sum(costUsd)) : null,
  };
}

function share(counts: Int32Array, matches: (k: number) => boolean): number {
  return counts.reduce((total, k) => total + (matches(k) ? 1 : 0), 0) / counts.length;
}

function countStatus(table: OutcomeTable, matches: (status: number) => boolean): number {
  return table.status.reduce((total, status) => total + (matches(status) ? 1 : 0), 0);
}

function datasetRows(
  table: OutcomeTable,
  lines: { readonly oracle: Replay; readonly random: Replay },
  solvers: Int32Array,
): Inspection["datasetRows"] {
  const perDataset = ({ score }: Replay): Float64Array =>
    accuracyByDataset(score, table.datasetOf, table.datasets.length);
  const oracle = perDataset(lines.oracle);
  const random = perDataset(lines.random);
  const ranked = domainLeaders(table);
  return datasetLabels(table.datasets).map((label, d) => {
    const here = solvers.filter((_, i) => table.datasetOf[i] === d);
    const leaders = (ranked.find(({ dataset }) => dataset === d)?.leaders ?? []).map(({ column, accuracy }) => ({
      model: table.models[column]!.id,
      accuracy,
    }));
    return {
      label,
      prompts: here.length,
      bestModel: leaders[0]?.model ?? null,
      best: finiteOrNull(leaders[0]?.accuracy),
      oracle: finiteOrNull(oracle[d]),
      random: finiteOrNull(random[d]),
      allCorrect: finiteOrNull(share(here, (k) => k === table.models.length)),
      allWrong: finiteOrNull(share(here, (k) => k === 0)),
      leaders,
    };
  });
}

function modelRows(table: OutcomeTable): Inspection["modelRows"] {
  const unique = uniqueSolves(table);
  const m = table.models.length;
  const run = coverage(table);
  return table.models
    .map((model, j) => {
      const replay = replayColumn(table, j);
      const statuses = table.status.filter((_, cell) => cell % m === j);
      const count = (wanted: number): number => statuses.filter((status) => status === wanted).length;
      const covered = new Set(table.datasetOf.filter((_, i) => statuses[i] !== cellStatus.missing)).size;
      const accuracies = accuracyByDataset(replay.score, table.datasetOf, table.datasets.length);
      const { avgAcc: accuracy, ...rest } = line(table, replay);
      return {
        name: model.id,
        // A mean over the data sets a model happens to have is not comparable.
        avgAcc: covered === table.datasets.length ? accuracy : null,
        ...rest,
        meanCostUsd: rest.totalCostUsd === null ? null : rest.totalCostUsd / table.prompts.length,
        uniqueSolves: unique[j]!,
        failed: count(cellStatus.failed),
        unscored: count(cellStatus.unscored),
        missing: count(cellStatus.missing),
        datasetsCovered: covered,
        accuracyByDataset: Array.from(coveredAccuracies(accuracies, run, j), finiteOrNull),
      };
    })
    .toSorted((a, b) => (b.avgAcc ?? -1) - (a.avgAcc ?? -1) || (a.name < b.name ? -1 : 1));
}

function complementarity(
  table: OutcomeTable,
  best: Replay | undefined,
  oracle: Replay,
  solvers: Int32Array,
): Inspection["complementarity"] {
  const accuracy = (replay: Replay): number => avgAcc(replay.score, table.datasetOf, table.datasets.length);
  const top = pairGains(table).toSorted((a, b) => b.gain - a.gain)[0];
  return {
    headroom: best ? finiteOrNull(accuracy(oracle) - accuracy(best)) : null,
    bestPair: top ? { models: [table.models[top.a]!.id, table.models[top.b]!.id], gain: finiteOrNull(top.gain) } : null,
    bestSubsets: bestSubsets(table, Math.min(10, table.models.length)).map(({ columns, avgAcc: value }) => ({
      size: columns.length,
      models: Array.from(columns, (j) => table.models[j]!.id),
      avgAcc: finiteOrNull(value),
    })),
    solvedBy: Array.from({ length: table.models.length + 1 }, (_, k) => ({
      k,
      prompts: solvers.filter((count) => count === k).length,
    })),
  };
}
