/** Who is best where, and what the models add to one another (the paper's Figures 4 and 8). Counts all prompts. */
import { datasetLabels } from "../../core/outcome-table.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { mean } from "../../math/stats.ts";
import { accuracyByDataset, avgAcc } from "../../metrics/accuracy.ts";
import { bestSingleColumn, replayColumn, replayOracle } from "../../metrics/baselines.ts";
import { bestSubsets } from "../../metrics/best-subsets.ts";
import { domainLeaders, pairGains, solverCounts, uniqueSolves } from "../../metrics/complementarity.ts";
import type { AnalysisKind, Answer } from "./analysis.ts";
import { share } from "./wording.ts";

const shownPairs = 10;
const shownModels = 20;

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
  const leaders = new Set(domainLeaders(table, 1).map(({ leaders: [first] }) => first?.column));
  const counts = solverCounts(table);
  const few = mean(Array.from(counts, (k) => (k >= 1 && k <= 3 ? 1 : 0)));
  return [
    `Leading on ${plural(table.datasets.length, "data set")}: ${plural(leaders.size, "different model")}.`,
    `Always asking ${table.models[best]!.id} scores ${share(alone)} %; the best model per prompt would score ${share(oracle)} %: ${share(oracle - alone)} points to be won.`,
    `On ${share(few)} % of the prompts only one to three models are right; that is where routers fall short of the oracle.`,
  ];
}

function leaderTable(table: OutcomeTable): Answer["tables"][number] {
  const labels = datasetLabels(table.datasets);
  return {
    title: "Leaders of every data set",
    columns: [
      { name: "Data set", unit: "text" },
      ...[1, 2, 3].flatMap((place) => [
        { name: ["First", "Second", "Third"][place - 1]!, unit: "text" as const },
        { name: "%", unit: "fraction" as const },
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
    columns: [
      { name: "Pair", unit: "text" },
      { name: "Oracle over both, minus the better", unit: "points" },
      { name: "Exactly one is right", unit: "fraction" },
    ],
    rows: pairs
      .slice(0, shownPairs)
      .map(({ a, b, gain, disagreement }) => [
        `${table.models[a]!.id} + ${table.models[b]!.id}`,
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
      const added = columns.filter((j) => !before.includes(j));
      return [columns.length, finiteOrNull(accuracy), added.map((j) => table.models[j]!.id).join(" + ")];
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

/** The most accurate models first. */
function accuracyRows(table: OutcomeTable): { name: string; values: (number | null)[] }[] {
  return table.models
    .map(({ id }, j) => {
      const accuracy = accuracyByDataset(replayColumn(table, j).score, table.datasetOf, table.datasets.length);
      return { name: id, values: Array.from(accuracy, finiteOrNull), worth: mean(accuracy.map((a) => a || 0)) };
    })
    .toSorted((a, b) => b.worth - a.worth || (a.name < b.name ? -1 : 1))
    .slice(0, shownModels)
    .map(({ name, values }) => ({ name, values }));
}
