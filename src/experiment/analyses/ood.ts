/** Leave one data set out: fitted without it, does a router still help there? (the paper's out-of-distribution table) */
import { datasetLabels } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { replayPolicy } from "../replay.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { compareValues } from "./pools.ts";
import type { Comparison } from "./pools.ts";
import { seedFits } from "./seed-fits.ts";
import { points, routersAgainstBestSingle } from "./wording.ts";

interface Left {
  readonly dataset: number;
  readonly label: string;
  /** [routers] lead over best-single on the data set left out */
  readonly leads: readonly { readonly mean: number; readonly low: number; readonly high: number }[];
  readonly baseline: number;
  readonly here: Part;
  /** The other data sets, which the routers were fitted on */
  readonly elsewhere: Part;
}

/** Test rows of every seed, and what every method scores on them under every seed. */
interface Part {
  readonly splits: Int32Array[];
  /** [methods][seeds] */
  readonly scores: Float64Array[][];
}

/** The mean leads over best-single, each data set weighing the same. */
interface MeanLeads {
  readonly leftOut: Comparison;
  readonly fitted: Comparison;
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
    const compared = ({ splits, scores }: Part): Comparison => compareValues(input.table, splits, scores, input.draws);
    const leads: MeanLeads = {
      leftOut: compared(joined(rows.map(({ here }) => here))),
      fitted: compared(joined(rows.map(({ elsewhere }) => elsewhere))),
    };
    return {
      findings: labels.map((label, r) => sentence(label, rows, leads, r)),
      tables: [leadTable(rows, labels), contrastTable(leads, labels)],
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
  return {
    dataset,
    label,
    baseline: comparison.mean[0]!,
    here,
    elsewhere,
    leads: labels.map((_, r) => {
      const { mean: lead, ci95 } = comparison.difference(r + 1, 0);
      return { mean: lead, low: ci95[0], high: ci95[1] };
    }),
  };
}

function emptyPart(methods: readonly string[]): Part {
  return { scores: methods.map(() => []), splits: [] };
}

/** The parts as one: a prompt that stands in several has its mean score there. */
function joined(parts: readonly Part[]): Part {
  const out: Part = { splits: [], scores: parts[0]!.scores.map(() => []) };
  for (const seed of parts[0]!.splits.keys()) {
    const times = new Map<number, number>();
    for (const { splits } of parts) for (const i of splits[seed]!) times.set(i, (times.get(i) ?? 0) + 1);
    const place = new Map([...times.keys()].map((i, at) => [i, at]));
    out.splits.push(Int32Array.from(times.keys()));
    out.scores.forEach((seeds, method) => {
      const score = new Float64Array(times.size);
      for (const { splits, scores } of parts) {
        splits[seed]!.forEach((i, at) => (score[place.get(i)!]! += scores[method]![seed]![at]! / times.get(i)!));
      }
      seeds.push(score);
    });
  }
  return out;
}

function sentence(label: string, rows: readonly Left[], { leftOut, fitted }: MeanLeads, r: number): string {
  const better = rows.filter(({ leads }) => leads[r]!.low > 0).length;
  const worse = rows.filter(({ leads }) => leads[r]!.high < 0).length;
  const lead = (comparison: Comparison): string => {
    const { mean, ci95 } = comparison.difference(r + 1, 0);
    return `${points(mean)} points (95 % interval ${points(ci95[0])} to ${points(ci95[1])})`;
  };
  return (
    `${label}, on data sets it was not fitted on: ahead of the best single model on ${better} of ${rows.length}, behind on ${worse}, ` +
    `not distinguishable on ${rows.length - better - worse}; ${lead(leftOut)} in the mean, and ${lead(fitted)} on those it was fitted on.`
  );
}

function contrastTable({ leftOut, fitted }: MeanLeads, labels: readonly string[]): Answer["tables"][number] {
  const low = { name: "low", unit: "points" } as const;
  const high = { name: "high", unit: "points" } as const;
  return {
    title: "The mean lead over the best single model",
    note: "Fitted on: test prompts of the other data sets, by the same routers. Data sets of one kind may stand on both sides.",
    columns: [
      { name: "Router", unit: "text" },
      { name: "Data set left out", unit: "points" },
      low,
      high,
      { name: "Data sets fitted on", unit: "points" },
      low,
      high,
    ],
    rows: labels.map((label, r) => [
      label,
      ...[leftOut, fitted].flatMap((comparison) => {
        const { mean, ci95 } = comparison.difference(r + 1, 0);
        return [mean, ...ci95].map(finiteOrNull);
      }),
    ]),
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
