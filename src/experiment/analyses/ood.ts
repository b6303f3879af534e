/** Leave one data set out: fitted without it, does a router still help there? (the paper's out-of-distribution table) */
import { datasetLabels } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { replayPolicy } from "../replay.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { mean } from "../../math/stats.ts";
import { compareValues } from "./pools.ts";
import { seedFits } from "./seed-fits.ts";
import { points, routersAgainstBestSingle } from "./wording.ts";

interface Left {
  readonly dataset: number;
  readonly label: string;
  /** [routers] lead over best-single on the data set left out */
  readonly leads: readonly { readonly mean: number; readonly low: number; readonly high: number }[];
  readonly baseline: number;
  /** [routers] lead over best-single on the other data sets, which both were fitted on */
  readonly leadsElsewhere: readonly number[];
}

export const ood: AnalysisKind = {
  name: "ood",
  title: "Leave one data set out",
  question: "Does a router help on a kind of prompt it was not fitted on?",

  fits: true,
  leastDatasets: 2,

  async run(input): Promise<Answer> {
    const labels = routersAgainstBestSingle(input.routers, "ood");
    const rows: Left[] = [];
    for (const [dataset, label] of datasetLabels(input.table.datasets).entries()) {
      rows.push(await leaveOut(input, dataset, label, labels));
    }
    return {
      findings: labels.map((label, r) => sentence(label, rows, r)),
      tables: [leadTable(rows, labels), contrastTable(rows, labels)],
      charts: [
        {
          kind: "heat",
          title: "Lead over the best single model on the data set left out, points",
          unit: "points",
          columns: rows.map(({ label }) => label),
          rows: labels.map((name, r) => ({ name, values: rows.map(({ leads }) => finiteOrNull(leads[r]!.mean)) })),
        },
      ],
    };
  },
};

async function leaveOut(
  input: AnalysisInput,
  dataset: number,
  label: string,
  labels: readonly string[],
): Promise<Left> {
  const key = input.table.datasets[dataset]!;
  const methods = ["best-single", ...labels];
  const here = emptyPart(methods);
  const elsewhere = emptyPart(methods);
  const total = input.table.datasets.length;
  const without: AnalysisInput = {
    ...input,
    routers: methods,
    split: { ...input.split, ood: [`${key.dataset}/${key.split}`] },
    onProgress: (done, fits, what) =>
      input.onProgress?.(dataset * fits + done, total * fits, `without ${label}, ${what}`),
  };
  for await (const { split, fitted, test, estimates, label: method } of seedFits(without, input.encoders[0]!)) {
    const { score } = replayPolicy(fitted, test, fitted.policy, estimates);
    const isHere = (i: number): boolean => input.table.datasetOf[split.test[i]!] === dataset;
    const rows = [...split.test.keys()];
    for (const [part, own] of [
      [here, rows.filter(isHere)],
      [elsewhere, rows.filter((i) => !isHere(i))],
    ] as const) {
      part.scores[methods.indexOf(method)]!.push(Float64Array.from(own, (i) => score[i]!));
      if (method === methods[0]) part.splits.push(Int32Array.from(own, (i) => split.test[i]!));
    }
  }
  const comparison = compareValues(input.table, here.splits, here.scores, input.draws);
  const { mean: others } = compareValues(input.table, elsewhere.splits, elsewhere.scores, 0);
  return {
    dataset,
    label,
    baseline: comparison.mean[0]!,
    leadsElsewhere: labels.map((_, r) => others[r + 1]! - others[0]!),
    leads: labels.map((_, r) => {
      const { mean: lead, ci95 } = comparison.difference(r + 1, 0);
      return { mean: lead, low: ci95[0], high: ci95[1] };
    }),
  };
}

/** Test rows of every seed, and what every method scores on them under every seed. */
function emptyPart(methods: readonly string[]): { scores: Float64Array[][]; splits: Int32Array[] } {
  return { scores: methods.map(() => []), splits: [] };
}

/** Over the data sets left out in turn: the lead there, and on those that the router was fitted on. */
function meanLeads(rows: readonly Left[], r: number): { leftOut: number; fitted: number } {
  return {
    leftOut: mean(rows.map(({ leads }) => leads[r]!.mean)),
    fitted: mean(rows.map(({ leadsElsewhere }) => leadsElsewhere[r]!)),
  };
}

function sentence(label: string, rows: readonly Left[], r: number): string {
  const better = rows.filter(({ leads }) => leads[r]!.low > 0).length;
  const worse = rows.filter(({ leads }) => leads[r]!.high < 0).length;
  const { leftOut, fitted } = meanLeads(rows, r);
  return (
    `${label}, on data sets it was not fitted on: ahead of the best single model on ${better} of ${rows.length}, behind on ${worse}, ` +
    `not distinguishable on ${rows.length - better - worse}; ${points(leftOut)} points in the mean, and ${points(fitted)} on those it was fitted on.`
  );
}

function contrastTable(rows: readonly Left[], labels: readonly string[]): Answer["tables"][number] {
  return {
    title: "The mean lead over the best single model",
    note: "Fitted on: test prompts of the other data sets, by the same routers. Data sets of one kind may stand on both sides.",
    columns: [
      { name: "Router", unit: "text" },
      { name: "Data set left out", unit: "points" },
      { name: "Data sets fitted on", unit: "points" },
    ],
    rows: labels.map((label, r) => {
      const { leftOut, fitted } = meanLeads(rows, r);
      return [label, finiteOrNull(leftOut), finiteOrNull(fitted)];
    }),
  };
}

function leadTable(rows: readonly Left[], labels: readonly string[]): Answer["tables"][number] {
  return {
    title: "On the data set left out",
    note: "The best single model is picked on the other data sets, as the routers are fitted on them.",
    columns: [
      { name: "Data set", unit: "text" },
      { name: "Best single", unit: "fraction" },
      ...labels.flatMap((label) => [
        { name: label, unit: "points" as const },
        { name: "low", unit: "points" as const },
        { name: "high", unit: "points" as const },
      ]),
    ],
    rows: rows.map(({ label, baseline, leads }) => [
      label,
      finiteOrNull(baseline),
      ...leads.flatMap(({ mean: lead, low, high }) => [lead, low, high].map(finiteOrNull)),
    ]),
  };
}
