/** Leave one data set out: fitted without it, does a router still help there? (the paper's out-of-distribution table) */
import { datasetLabels } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { replayPolicy } from "../replay.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { compareValues } from "./pools.ts";
import { seedFits } from "./seed-fits.ts";
import { points, routersAgainstBestSingle } from "./wording.ts";

interface Left {
  readonly dataset: number;
  readonly label: string;
  /** [routers] lead over best-single on the data set left out */
  readonly leads: readonly { readonly mean: number; readonly low: number; readonly high: number }[];
  readonly baseline: number;
}

export const ood: AnalysisKind = {
  name: "ood",
  title: "Leave one data set out",
  question: "Does a router help on a kind of prompt it was not fitted on?",

  fits: true,

  async run(input): Promise<Answer> {
    const labels = routersAgainstBestSingle(input.routers, "ood");
    const rows: Left[] = [];
    for (const [dataset, label] of datasetLabels(input.table.datasets).entries()) {
      rows.push(await leaveOut(input, dataset, label, labels));
    }
    return {
      findings: labels.map((label, r) => sentence(label, rows, r)),
      tables: [table(rows, labels)],
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
  const scores = methods.map((): Float64Array[] => []);
  const splits: Int32Array[] = [];
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
    const own = [...split.test.keys()].filter((i) => input.table.datasetOf[split.test[i]!] === dataset);
    scores[methods.indexOf(method)]!.push(Float64Array.from(own, (i) => score[i]!));
    if (method === methods[0]) splits.push(Int32Array.from(own, (i) => split.test[i]!));
  }
  const comparison = compareValues(input.table, splits, scores, input.draws);
  return {
    dataset,
    label,
    baseline: comparison.mean[0]!,
    leads: labels.map((_, r) => {
      const { mean, ci95 } = comparison.difference(r + 1, 0);
      return { mean, low: ci95[0], high: ci95[1] };
    }),
  };
}

function sentence(label: string, rows: readonly Left[], r: number): string {
  const better = rows.filter(({ leads }) => leads[r]!.low > 0).length;
  const worse = rows.filter(({ leads }) => leads[r]!.high < 0).length;
  const mean = rows.reduce((sum, { leads }) => sum + leads[r]!.mean, 0) / rows.length;
  return (
    `${label}, on data sets it was not fitted on: ahead of the best single model on ${better} of ${rows.length}, behind on ${worse}, ` +
    `not distinguishable on ${rows.length - better - worse}; ${points(mean)} points in the mean.`
  );
}

function table(rows: readonly Left[], labels: readonly string[]): Answer["tables"][number] {
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
      ...leads.flatMap(({ mean, low, high }) => [mean, low, high].map(finiteOrNull)),
    ]),
  };
}
