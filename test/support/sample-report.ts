/** A made-up report with realistic proportions, for the tests of the views. Deterministic; no number in it is measured. */
import type { Inspection, Report, RouterReport } from "../../src/core/report.ts";

export interface SampleOptions {
  models?: number;
  datasets?: number;
  hasCost?: boolean;
  /** only these routers */
  routers?: readonly string[];
  /** replaces the first model names */
  modelNames?: readonly string[];
  datasetNames?: readonly string[];
  /** the best router's lead over the best single model, in points */
  lead?: number;
}

type Row = { name: string; edge: number; cheats: RouterReport["cheats"]; dear: number; sweep: number; micros: number };

const rows: readonly Row[] = [
  { name: "random", edge: -0.19, cheats: false, dear: 0.5, sweep: 0, micros: 0.4 },
  { name: "best-single", edge: 0, cheats: false, dear: 1, sweep: 0, micros: 0.3 },
  { name: "cheapest", edge: -0.24, cheats: false, dear: 0.03, sweep: 0, micros: 0.3 },
  { name: "dataset-oracle", edge: 0.055, cheats: true, dear: 0.8, sweep: 0, micros: 0.4 },
  { name: "oracle", edge: 0.185, cheats: true, dear: 0.42, sweep: 0, micros: 0.9 },
  { name: "knn", edge: 0.86, cheats: false, dear: 0.72, sweep: 9, micros: 812 },
  { name: "linear", edge: 0.6, cheats: false, dear: 0.61, sweep: 7, micros: 14.2 },
  { name: "avengers", edge: 1, cheats: false, dear: 0.78, sweep: 0, micros: 31.7 },
  { name: "avengers-pro", edge: 0.94, cheats: false, dear: 0.55, sweep: 11, micros: 33.1 },
];

const families = ["qwen3-8b", "llama-3.1-8b-instruct", "gpt-5", "gemini-2.5-pro", "deepseek-v3.1-terminus", "glm-4.6"];
const tasks = ["aime", "gpqa", "humaneval", "livecodebench", "mmlupro", "math500", "simpleqa", "arenahard", "medqa"];

/** A report of nine routers over `models` models and `datasets` data sets. */
export function sampleReport(options: SampleOptions = {}): Report {
  const { models = 12, datasets = 8, hasCost = true, lead = 3.6 } = options;
  const modelNames = named(options.modelNames, models, families);
  const labels = named(options.datasetNames, datasets, tasks);
  const random = lcg(models * 1000 + datasets);
  const hardness = labels.map((_, d) => 0.35 + 0.5 * frac(d * 0.37 + 0.11));
  const skill = modelNames.map((_, m) =>
    hardness.map((h) => clamp(h + 0.35 * (frac(m * 0.618) - 0.6) + 0.3 * (random() - 0.5))),
  );
  const dollars = modelNames.map((_, m) => 0.4 * 10 ** (2.4 * frac(m * 0.618 + 0.07)));
  const averages = skill.map(mean);
  const best = averages.indexOf(Math.max(...averages));
  const at = { modelNames, labels, skill, dollars, averages, best, random, hasCost, lead: lead / 100 };
  const routers = rows.filter((row) => options.routers?.includes(row.name) ?? true).map((row) => router(row, at));
  return {
    schemaVersion: 1,
    createdBy: "signalbox 0.1.0",
    data: dataFacts(at, models, datasets),
    split: {
      mode: "native",
      trainRatio: 0.7,
      ood: [],
      hash: "7f3a9c41d2e86b05",
      manifests: [1, 2, 3, 4, 5].map((seed) => ({ seed, hash: `a${seed}c0ffee`, train: 3997, test: 1714 })),
    },
    seeds: [1, 2, 3, 4, 5],
    encoder: { spec: "hashed-ngrams svd 256", fingerprint: "hn-svd256-4be19d20" },
    verdict: `Routing pays: avengers beats the best single model (${modelNames[best]}) by ${lead} points of AvgAcc (adjusted p < 0.001).`,
    findings: [
      "avengers, avengers-pro and knn are not distinguishable from each other.",
      "linear sends 93 % of all prompts to two models.",
    ],
    bestSingle: { name: modelNames[best] ?? "", pickedOn: "train" },
    routers,
    pairwise: pairs(routers),
    modelPoints: modelNames.map((name, m) => ({
      name,
      costUsd: hasCost ? (dollars[m] ?? null) : null,
      avgAcc: averages[m] ?? null,
      accuracyByDataset: skill[m] ?? [],
    })),
    frontier: hasCost ? frontier(at, routers) : [],
    pointSetHash: "91be77d0",
    provenance: { codeHash: "c0de", keptRuns: 0, runs: [] },
    reproduce: "signalbox compare data/llmrouter-14-tasks --seeds 1,2,3,4,5 --train-ratio 0.7 --html report.html",
  };
}

interface At {
  modelNames: string[];
  labels: string[];
  skill: number[][];
  dollars: number[];
  averages: number[];
  best: number;
  random: () => number;
  hasCost: boolean;
  lead: number;
}

function dataFacts(at: At, models: number, datasets: number): Report["data"] {
  return {
    name: "llmrouter-14-tasks",
    digest: "sha256-5d41402abc4b2a76b9719d911017c592",
    prompts: 5711,
    models,
    datasets,
    modelNames: at.modelNames,
    datasetReports: at.labels.map((label, d) => ({
      label,
      dataset: label,
      split: "test",
      prompts: 18 + d * 97,
      ood: d === at.labels.length - 1,
      allCorrect: 0.2,
      allWrong: 0.06,
    })),
    hasCost: at.hasCost,
    failed: 41,
    unscored: 3,
    missing: 212,
    warnings: ["mbpp: 119 repeated prompts were left out"],
  };
}

function router(row: Row, at: At): RouterReport {
  const learned = row.sweep > 0 || row.name === "avengers";
  const own = row.name === "best-single";
  const edge = learned ? row.edge * at.lead : row.edge;
  const acc = clamp((at.averages[at.best] ?? 0) + edge);
  const cost = at.hasCost ? (at.dollars[at.best] ?? 0) * row.dear : null;
  return {
    name: row.name,
    summary: `What ${row.name} does, in a sentence.`,
    cheats: row.cheats,
    options: learned ? { clusters: 64, shrinkage: 0.5 } : {},
    policy: row.sweep > 0 ? "alpha 0.8" : "quality",
    sampleMean: acc - 0.013,
    ...(own ? ownGains : gains(edge, acc)),
    avgAcc: { mean: acc, sd: learned ? 0.006 : 0, ci95: [acc - 0.011, acc + 0.011] },
    ...costs(cost, edge, row),
    aiq: null,
    recallByK: recall(row, at.modelNames.length),
    fitSeconds: learned ? 2.4 : 0.01,
    decisionMicros: { p50: row.micros, p99: row.micros * 2.6 },
    stateMiB: 1.5,
    accuracyByDataset: at.labels.map((_, d) => {
      const best = at.skill[at.best]?.[d] ?? 0;
      return own ? best : clamp(best + edge + 0.1 * (at.random() - 0.5));
    }),
    selectionShare: shares(row, at),
    missingPicks: row.name === "knn" ? 12 : 0,
    failedPicks: 0,
    collapse: row.name === "linear" ? "linear is nearly one model in disguise" : null,
    sweep: sweep(row, acc, cost),
  };
}

function costs(cost: number | null, edge: number, row: Row) {
  if (cost === null)
    return {
      totalCostUsd: null,
      decisionCostUsd: null,
      costSave: null,
      costSaveCi95: null,
      costSaveDelta: { mean: null, ci95: null },
      costSaveOnValidation: null,
      paretoDist: null,
    };
  return {
    totalCostUsd: cost,
    decisionCostUsd: 0,
    costSave: edge >= 0 ? 1 - row.dear : null,
    costSaveCi95: edge >= 0 ? ([0.9 - row.dear, 1.1 - row.dear] as [number, number]) : null,
    costSaveDelta: {
      mean: edge >= 0 ? edge / 3 : null,
      ci95: edge >= 0 ? ([edge / 3 - 0.01, edge / 3 + 0.01] as [number, number]) : null,
    },
    costSaveOnValidation: edge >= 0 ? 1 - row.dear : null,
    paretoDist: Math.abs(0.05 - edge),
  };
}

const ownGains = {
  deltaBestSingle: { mean: 0, ci95: [0, 0] as [number, number], pAdjusted: null },
  gainAtRandom: 0.36,
  gainAtBest: 0,
  gapAtOracle: 0.24,
  perfGain: 0,
  perfGainPeak: 0,
};

function gains(edge: number, acc: number) {
  const half = Math.abs(edge) > 0.03 ? 0.011 : 1.3 * Math.abs(edge);
  return {
    deltaBestSingle: {
      mean: edge,
      ci95: [edge - half, edge + half] as [number, number],
      pAdjusted: edge > 0.03 || edge < -0.05 ? 0.0004 : 0.081,
    },
    gainAtRandom: edge + 0.31,
    gainAtBest: edge * 1.6,
    gapAtOracle: 0.2 - edge,
    perfGain: edge / (acc - edge),
    perfGainPeak: edge / (acc - edge) + 0.004,
  };
}

function sweep(row: Row, acc: number, cost: number | null): RouterReport["sweep"] {
  return Array.from({ length: row.sweep }, (_, i) => {
    const t = (i + 1) / row.sweep;
    const costUsd = cost === null ? null : cost * 0.05 * 20 ** t;
    return { policy: `alpha ${t.toFixed(2)}`, costUsd, avgAcc: acc - 0.22 * (1 - t) ** 2 };
  });
}

function shares(row: Row, at: At): number[] {
  const flat = row.name === "random" ? 1 : 5;
  const raw = at.averages.map((average, m) =>
    row.name === "best-single" ? Number(m === at.best) : (0.02 + average * frac(m * 0.77 + row.edge)) ** flat,
  );
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => (row.name === "random" ? 1 / raw.length : value / total));
}

function recall(row: Row, models: number): RouterReport["recallByK"] {
  return Array.from({ length: models + 1 }, (_, k) => {
    const chance = k / models;
    const gain = row.name === "oracle" ? 1 : row.name === "random" ? 0 : 0.45 + row.edge * 0.1;
    return { k, prompts: 20 + 6 * k, recall: k === 0 ? 0 : chance + (1 - chance) * gain * (k / models) ** 0.3, chance };
  });
}

function pairs(routers: RouterReport[]): Report["pairwise"] {
  const ranked = routers.filter((r) => r.cheats === false && r.name !== "random" && r.name !== "cheapest");
  return ranked.flatMap((a, i) =>
    ranked.slice(i + 1).map((b) => {
      const delta = (a.avgAcc.mean ?? 0) - (b.avgAcc.mean ?? 0);
      const shown = Math.abs(delta) > 0.03;
      return { a: a.name, b: b.name, delta, ci95: [delta - 0.01, delta + 0.01], pAdjusted: shown ? 0.002 : 0.4 };
    }),
  );
}

function frontier(at: At, routers: RouterReport[]): Report["frontier"] {
  const points = [
    ...at.modelNames.map((name, m) => ({ name, costUsd: at.dollars[m] ?? 0, avgAcc: at.averages[m] ?? 0 })),
    ...routers
      .filter((r) => r.cheats === false)
      .flatMap((r) => [
        { name: r.name, costUsd: r.totalCostUsd ?? 0, avgAcc: r.avgAcc.mean ?? 0 },
        ...r.sweep.map((p) => ({ name: `${r.name} ${p.policy}`, costUsd: p.costUsd ?? 0, avgAcc: p.avgAcc ?? 0 })),
      ]),
  ].toSorted((a, b) => a.costUsd - b.costUsd || b.avgAcc - a.avgAcc);
  let top = -1;
  return points.filter((point) => point.avgAcc > top && ((top = point.avgAcc), true));
}

/** The inspection that would stand before `sampleReport`. */
export function sampleInspection(options: SampleOptions = {}): Inspection {
  const { modelPoints, data, bestSingle } = sampleReport(options);
  const best = modelPoints.find((point) => point.name === bestSingle.name);
  const line = (name: string | undefined, avgAcc: number, totalCostUsd: number | null) => ({
    ...(name !== undefined && { name }),
    avgAcc,
    sampleMean: avgAcc - 0.012,
    totalCostUsd: data.hasCost ? totalCostUsd : null,
  });
  const top = best?.avgAcc ?? 0;
  const leaders = (d: number) =>
    modelPoints
      .map((point) => ({ model: point.name, accuracy: point.accuracyByDataset[d] ?? null }))
      .toSorted((a, b) => (b.accuracy ?? 0) - (a.accuracy ?? 0))
      .slice(0, 3);
  return {
    schemaVersion: 1,
    data: { name: data.name, digest: data.digest, hasCost: data.hasCost, warnings: data.warnings },
    prompts: data.prompts,
    models: data.models,
    datasets: data.datasets,
    records: data.prompts * data.models - data.missing,
    failed: data.failed,
    unscored: data.unscored,
    missing: data.missing,
    bestSingle: line(bestSingle.name, top, best?.costUsd ?? null),
    datasetOracle: line(undefined, top + 0.055, 12.3),
    oracle: line(undefined, top + 0.187, 6.2),
    random: { ...line(undefined, top - 0.19, 21), drawSd: 0.011 },
    allCorrect: 0.2142,
    allWrong: 0.0265,
    datasetRows: data.datasetReports.map((row, d) => ({
      label: row.label,
      prompts: row.prompts,
      bestModel: leaders(d)[0]?.model ?? null,
      best: leaders(d)[0]?.accuracy ?? null,
      oracle: 0.94,
      random: 0.51,
      allCorrect: row.allCorrect,
      allWrong: row.allWrong,
      leaders: leaders(d),
    })),
    modelRows: modelPoints.map((point, m) => ({
      name: point.name,
      avgAcc: point.avgAcc,
      sampleMean: (point.avgAcc ?? 0) - 0.01,
      totalCostUsd: point.costUsd,
      meanCostUsd: point.costUsd === null ? null : point.costUsd / data.prompts,
      uniqueSolves: (m * 7) % 23,
      failed: m % 5,
      unscored: m % 2,
      missing: m === 3 ? 200 : 0,
      datasetsCovered: data.datasets,
      accuracyByDataset: point.accuracyByDataset,
    })),
    complementarity: {
      headroom: 0.187,
      bestPair:
        data.models < 2
          ? null
          : {
              models: [bestSingle.name, modelPoints.find(({ name }) => name !== bestSingle.name)?.name ?? ""],
              gain: 0.081,
            },
      bestSubsets: [1, 2, 3, 4, 5].slice(0, data.models).map((size) => ({
        size,
        models: modelPoints.slice(0, size).map((point) => point.name),
        avgAcc: top + 0.187 * (1 - 0.35 ** (size - 1)),
      })),
      solvedBy: Array.from({ length: data.models + 1 }, (_, k) => ({ k, prompts: 100 + 20 * k })),
    },
  };
}

function named(given: readonly string[] | undefined, length: number, stems: readonly string[]): string[] {
  return Array.from({ length }, (_, i) => {
    const stem = stems[i % stems.length] ?? "x";
    return given?.[i] ?? (i < stems.length ? stem : `${stem}-v${Math.floor(i / stems.length) + 1}`);
  });
}

function lcg(seed: number): () => number {
  let state = seed % 2147483647 || 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function frac(value: number): number {
  return value - Math.floor(value);
}

function clamp(value: number): number {
  return Math.min(0.99, Math.max(0.01, value));
}
