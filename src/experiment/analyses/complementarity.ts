/** Who is best where, and what the models add to one another (the paper's Figures 4 and 8). Counts all prompts. */
import { datasetLabels } from "../../core/outcome-table.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { mean } from "../../math/stats.ts";
import { accuracyByDataset, avgAcc } from "../../metrics/accuracy.ts";
import { bestSingleColumn, replayColumn, replayOracle } from "../../metrics/baselines.ts";
import { coverage, coveredAccuracies } from "../../metrics/coverage.ts";
import { bestSubsets } from "../../metrics/best-subsets.ts";
import { domainLeaders, pairGains, solverCounts, uniqueSolves } from "../../metrics/complementarity.ts";
import { rareExperts } from "../../metrics/recall-by-k.ts";
import type { AnalysisKind, Answer } from "./analysis.ts";
import { fewAreRight, share } from "./wording.ts";

const shownPairs = 10;
const shownModels = 20;
const places = ["First", "Second", "Third"];

export const complementarity: AnalysisKind = {
  name: "complementarity",
  title: "Complementarity",
  question: "Do the models fail on different prompts, and which of them lead where?",

  fits: false,

  run: async ({ table }): Promise<Answer> => ({
    findings: findings(table),
    tables: [leaderTable(table), pairTable(table), subsetTable(table), aloneTable(table)],
    charts: [
      {
        kind: "heat",
        title: "Accuracy of every model on every data set",
        unit: "fraction",
        columns: datasetLabels(table.datasets),
        rows: accuracyRows(table),
      },
    ],
  }),
};

function findings(table: OutcomeTable): string[] {
  const best = bestSingleColumn(table);
  if (best === undefined) return ["No model has a score on every data set, so there is no best single model."];
  const of = (score: Float64Array): number => avgAcc(score, table.datasetOf, table.datasets.length);
  const alone = of(replayColumn(table, best).score);
  const oracle = of(replayOracle(table).score);
  const few = rareExperts(table.models.length);
  const rare = mean(Array.from(solverCounts(table), (k) => (k >= 1 && k <= few ? 1 : 0)));
  return [
    leadership(table),
    `Always asking ${table.models[best]!.id} scores ${share(alone)} %; the best model per prompt would score ${share(oracle)} %: ${share(oracle - alone)} points to be won.`,
    `On ${share(rare)} % of the prompts ${fewAreRight(few)}; that is where routers fall short of the oracle.`,
  ];
}

/** "2 of 4 models lead on 3 data sets: a on 2, b on 1." */
function leadership(table: OutcomeTable): string {
  const led = new Map<number, number>();
  for (const { leaders } of domainLeaders(table, 1))
    for (const { column } of leaders) led.set(column, (led.get(column) ?? 0) + 1);
  const by = [...led]
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([column, count]) => `${table.models[column]!.id} on ${count}`);
  const verb = led.size === 1 ? "leads" : "lead";
  return `${led.size} of ${plural(table.models.length, "model")} ${verb} on ${plural(table.datasets.length, "data set")}: ${by.join(", ")}.`;
}

function leaderTable(table: OutcomeTable): Answer["tables"][number] {
  const labels = datasetLabels(table.datasets);
  return {
    title: "Leaders of every data set",
    columns: [
      { name: "Data set", unit: "text" },
      ...[1, 2, 3].flatMap((place) => [
        { name: places[place - 1]!, unit: "text" as const },
        { name: `${places[place - 1]!} %`, unit: "fraction" as const },
      ]),
    ],
    rows: domainLeaders(table).map(({ dataset, leaders }) => [
      labels[dataset]!,
      ...[0, 1, 2].flatMap((place) => {
        const leader = leaders[place];
        return leader ? [table.models[leader.column]!.id, leader.accuracy] : ["", null];
      }),
    ]),
  };
}

function pairTable(table: OutcomeTable): Answer["tables"][number] {
  const pairs = pairGains(table).toSorted((a, b) => b.gain - a.gain || a.a - b.a || a.b - b.b);
  return {
    title: "Pairs that add most to each other",
    note: "Gain: what an oracle over both scores more than the better of the two. One right: prompts that exactly one of them solves.",
    columns: [
      { name: "Model", unit: "text" },
      { name: "Partner", unit: "text" },
      { name: "Gain", unit: "points" },
      { name: "One right", unit: "fraction" },
    ],
    rows: pairs
      .slice(0, shownPairs)
      .map(({ a, b, gain, disagreement }) => [
        table.models[a]!.id,
        table.models[b]!.id,
        finiteOrNull(gain),
        finiteOrNull(disagreement),
      ]),
  };
}

function subsetTable(table: OutcomeTable): Answer["tables"][number] {
  const subsets = bestSubsets(table, table.models.length);
  return {
    title: "How many models are worth having",
    note: "An oracle over the best k models: exact for one and two, greedy beyond.",
    columns: [
      { name: "Models", unit: "count" },
      { name: "Oracle", unit: "fraction" },
      { name: "Added", unit: "text" },
    ],
    rows: subsets.map(({ columns, avgAcc: accuracy }, k) => {
      const before = subsets[k - 1]?.columns ?? [];
      const names = (of: readonly number[]): string => of.map((j) => table.models[j]!.id).join(" + ");
      const added = names(columns.filter((j) => !before.includes(j)));
      const replaced = before.filter((j) => !columns.includes(j));
      return [
        columns.length,
        finiteOrNull(accuracy),
        replaced.length === 0 ? added : `${added} instead of ${names(replaced)}`,
      ];
    }),
  };
}

function aloneTable(table: OutcomeTable): Answer["tables"][number] {
  const alone = uniqueSolves(table);
  return {
    title: "Prompts that one model alone gets right",
    columns: [
      { name: "Model", unit: "text" },
      { name: "Prompts", unit: "count" },
    ],
    rows: table.models
      .map(({ id }, j): [string, number] => [id, alone[j]!])
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  };
}

/** The most accurate models first; a data set that a model was not run on counts 0 there, and has no cell. */
function accuracyRows(table: OutcomeTable): { name: string; values: (number | null)[] }[] {
  const run = coverage(table);
  return table.models
    .map(({ id }, j) => {
      const replayed = accuracyByDataset(replayColumn(table, j).score, table.datasetOf, table.datasets.length);
      const accuracy = coveredAccuracies(replayed, run, j);
      return { name: id, values: Array.from(accuracy, finiteOrNull), worth: mean(accuracy.map((a) => a || 0)) };
    })
    .toSorted((a, b) => b.worth - a.worth || (a.name < b.name ? -1 : 1))
    .slice(0, shownModels)
    .map(({ name, values }) => ({ name, values }));
}
