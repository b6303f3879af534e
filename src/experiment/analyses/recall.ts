/** Where routers lose to the oracle: accuracy by the number of models that are right, and Recall@K (the paper's Figure 6). */
import { tieOrder } from "../../core/pick.ts";
import { finiteOrNull } from "../../core/report.ts";
import { columnMeans, row } from "../../math/matrix.ts";
import { mean, sum } from "../../math/stats.ts";
import { recallAt } from "../../metrics/recall-at-k.ts";
import { rareExperts, recallBands, recallRows, usualBands } from "../../metrics/recall-by-k.ts";
import type { RecallRow } from "../../metrics/recall-by-k.ts";
import { replayPolicy } from "../replay.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { seedFits } from "./seed-fits.ts";
import type { SeedFit } from "./seed-fits.ts";
import { fewAreRight, share } from "./wording.ts";

const depths = [1, 2, 3] as const;

interface RouterRecall {
  readonly label: string;
  /** [seeds][k] */
  readonly byK: RecallRow[][];
  /** [seeds][depths] */
  readonly atK: number[][];
}

export const recall: AnalysisKind = {
  name: "recall",
  title: "Recall",
  question: "On prompts that only k models get right, how often does a router find one of them?",

  fits: true,

  async run(input): Promise<Answer> {
    const found = await measure(input);
    const merged = found.map(({ label, byK, atK }) => ({
      label,
      rows: mergeSeeds(byK),
      atK: depths.map((_, d) => mean(atK.map((seed) => seed[d]!))),
    }));
    return {
      findings: findings(merged, input.table.models.length),
      tables: [recallTable(merged), ...bandTables(merged, input.table.models.length), depthTable(merged)],
      charts: [chart(merged)],
    };
  },
};

async function measure(input: AnalysisInput): Promise<RouterRecall[]> {
  const found = input.routers.map((label): RouterRecall => ({ label, byK: [], atK: [] }));
  for await (const fit of seedFits(input, input.encoders[0]!)) {
    const { byK, atK } = found.find(({ label }) => label === fit.label)!;
    const test = { table: fit.test.table, datasets: input.table.datasets.length, hasCost: false };
    byK.push(recallRows(test, replayPolicy(fit.fitted, fit.test, fit.fitted.policy, fit.estimates)));
    const ranking = rankModels(fit);
    atK.push(depths.map((first) => recallAt({ test, ranking }, first)));
  }
  return found;
}

/** [n·m] columns of each row, best expected first; ties in canonical order. */
function rankModels({ test, estimates, fitted }: SeedFit): Int32Array {
  const m = test.table.models.length;
  const ties = tieOrder(fitted.models, columnMeans(test.table.costUsd));
  const known = (q: number): number => (Number.isNaN(q) ? -Number.MAX_VALUE : q);
  const out = new Int32Array(test.table.prompts.length * m);
  for (let i = 0; i < test.table.prompts.length; i++) {
    const quality = row(estimates.quality, i);
    const order = Array.from({ length: m }, (_, j) => j);
    order.sort((a, b) => known(quality[b]!) - known(quality[a]!) || ties[a]! - ties[b]!);
    out.set(order, i * m);
  }
  return out;
}

interface Merged {
  readonly label: string;
  readonly rows: readonly { k: number; prompts: number; recall: number | null; chance: number | null }[];
  readonly atK: readonly number[];
}

function mergeSeeds(byK: readonly (readonly RecallRow[])[]): Merged["rows"] {
  return byK[0]!.map(({ k }, position) => {
    const rows = byK.map((seed) => seed[position]!);
    const prompts = sum(rows.map((r) => r.prompts));
    return {
      k,
      prompts: prompts / rows.length,
      recall: finiteOrNull(sum(rows.map(({ right }) => right)) / prompts),
      chance: finiteOrNull(rows[0]!.chance),
    };
  });
}

function findings(merged: readonly Merged[], models: number): string[] {
  const first = merged[0]!;
  const solvable = first.rows.filter(({ k }) => k > 0);
  const words = fewAreRight(rareExperts(models));
  const [few] = recallBands(first.rows.map(asCounts), usualBands(models).slice(0, 1));
  if (!few || few.prompts === 0) return [`There is no test prompt on which ${words}.`];
  const lost = sum(solvable.map((r) => r.prompts * (1 - (r.recall ?? 0))));
  return [
    `Where ${words}, ${first.label} asks a right one on ${share(few.recall)} % of the prompts; chance would on ${share(few.chance)} %.`,
    lost > 0
      ? `These prompts are ${share((few.prompts * (1 - few.recall)) / lost)} % of what ${first.label} loses to the oracle.`
      : `${first.label} loses nothing to the oracle.`,
  ];
}

function recallTable(merged: readonly Merged[]): Answer["tables"][number] {
  return {
    title: "Accuracy by number of models that are right",
    columns: [
      { name: "Models right", unit: "count" },
      { name: "Prompts", unit: "count" },
      { name: "Chance", unit: "fraction" },
      ...merged.map(({ label }) => ({ name: label, unit: "fraction" as const })),
    ],
    rows: merged[0]!.rows
      .map((r, k) => [r.k, Math.round(r.prompts), r.chance, ...merged.map(({ rows }) => rows[k]!.recall)])
      .filter(([k, prompts]) => k !== 0 && prompts !== 0),
  };
}

/** None where every band is a single number of models: the table above says it all. */
function bandTables(merged: readonly Merged[], models: number): Answer["tables"] {
  return usualBands(models).some(([from, to]) => from !== to) ? [bandTable(merged, models)] : [];
}

/** Rare experts, some, most and all models right. */
function bandTable(merged: readonly Merged[], models: number): Answer["tables"][number] {
  const bands = merged.map(({ rows }) => recallBands(rows.map(asCounts), usualBands(models)));
  return {
    title: "The same by bands",
    columns: [
      { name: "Models right", unit: "text" },
      { name: "Prompts", unit: "count" },
      { name: "Chance", unit: "fraction" },
      ...merged.map(({ label }) => ({ name: label, unit: "fraction" as const })),
    ],
    rows: (bands[0] ?? []).map(({ from, to, prompts, chance }, b) => [
      from === to ? String(from) : `${from} to ${to}`,
      Math.round(prompts),
      finiteOrNull(chance),
      ...bands.map((own) => finiteOrNull(own[b]!.recall)),
    ]),
  };
}

function asCounts({ k, prompts, recall: share, chance }: Merged["rows"][number]): RecallRow {
  return { k, prompts, right: prompts * (share ?? 0), recall: share ?? NaN, chance: chance ?? NaN };
}

function depthTable(merged: readonly Merged[]): Answer["tables"][number] {
  return {
    title: "Recall@K: a right model among the first K of the ranking",
    note: "Over prompts that some model gets right.",
    columns: [
      { name: "Router", unit: "text" },
      ...depths.map((first) => ({ name: `Recall@${first}`, unit: "fraction" as const })),
    ],
    rows: merged.map(({ label, atK }) => [label, ...atK.map(finiteOrNull)]),
  };
}

function chart(merged: readonly Merged[]): Answer["charts"][number] {
  const solvable = (rows: Merged["rows"]): Merged["rows"] => rows.filter(({ k, prompts }) => k > 0 && prompts > 0);
  return {
    kind: "lines",
    title: "Accuracy by number of models that are right",
    x: "models that are right on the prompt",
    y: "router is right",
    unit: "fraction",
    series: [
      ...merged.map(({ label, rows }) => ({
        name: label,
        points: solvable(rows).map(({ k, recall: y }) => ({ x: k, y })),
      })),
      { name: "chance", points: solvable(merged[0]!.rows).map(({ k, chance: y }) => ({ x: k, y })) },
    ],
  };
}
