/** Sentences on what the data themselves limit: few prompts, one model, missing prices, shared texts. */
import { datasetLabels, hasCostAxis, unknownCosts } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { plural } from "../core/plural.ts";
import type { SeedRun } from "./seed-run.ts";

/** Under this many test prompts an interval spans about 20 points, and no ranking can be told from chance. */
const fewTestPrompts = 100;
/** Under this many test prompts one prompt moves a data set's accuracy by ten points or more. */
const fewPerDataset = 10;
/** What a comparison tests by default; only for a rough figure. */
const usualTestShare = 0.3;
const shownNames = 5;

/** Under this many test prompts there is nothing to conclude: an interval spans some 40 points. */
const noTestPrompts = 30;

/** What stands before any verdict; empty where there are prompts enough for one. */
export function sizeWarning(runs: readonly SeedRun[]): string {
  const tested = testedPrompts(runs);
  return tested < noTestPrompts ? `Too few prompts to conclude anything: ${tested} ${isAre(tested)} tested. ` : "";
}

/** All but those on the size, the gravest first. */
export function dataFindings(table: OutcomeTable, runs: readonly SeedRun[]): string[] {
  return [...splitFindings(runs), ...costFindings(table), ...sampleFindings(table)];
}

/** What a table limits before any split: for commands that test nothing. The gravest first. */
export function tableFindings(table: OutcomeTable): string[] {
  const prompts = table.prompts.length;
  const tested = Math.round(usualTestShare * prompts);
  const sizes = table.datasets.map((_, d) => table.datasetOf.reduce((n, of) => n + (of === d ? 1 : 0), 0));
  const few =
    tested < fewTestPrompts
      ? [
          `Only ${plural(prompts, "prompt")}, of which a comparison would test about ${tested}: too few to rank routers.`,
        ]
      : smallDatasets(table, sizes, "prompts");
  return [...poolFindings(table), ...few, ...costFindings(table), ...sampleFindings(table)];
}

/** More samples of a prompt make its mean surer; they are no further prompts, and intervals do not count them as such. */
function sampleFindings({ samples }: OutcomeTable): string[] {
  if (samples === undefined) return [];
  const [least, most] = samples;
  const counted = least === most ? `all ${most} samples` : `all samples, ${least} to ${most},`;
  return [
    `Scores, costs and tokens are means over ${counted} of a model's answer to a prompt; intervals are over prompts, not samples.`,
  ];
}

function poolFindings(table: OutcomeTable): string[] {
  return table.models.length === 1 ? ["The pool has one model: there is nothing to route."] : [];
}

function testedPrompts(runs: readonly SeedRun[]): number {
  return Math.max(...runs.map(({ split }) => split.test.length));
}

function isAre(prompts: number): string {
  return prompts === 1 ? "is" : "are";
}

/** What the size of the data limits: what is to be known before any other finding. */
export function sizeFindings(table: OutcomeTable, runs: readonly SeedRun[]): string[] {
  const findings = poolFindings(table);
  const tested = testedPrompts(runs);
  if (tested < fewTestPrompts) {
    findings.push(
      `Only ${plural(tested, "prompt")} ${isAre(tested)} tested: too few to rank routers; read the intervals, not the order. ` +
        `A few hundred would tell differences of some points.`,
    );
  }
  const sizes = table.datasets.map((_, d) => testedOf(table, runs, d));
  if (tested >= fewTestPrompts) findings.push(...smallDatasets(table, sizes, "test prompts"));
  return findings;
}

function smallDatasets(table: OutcomeTable, sizes: readonly number[], counted: string): string[] {
  const small = datasetLabels(table.datasets).flatMap((label, d) => {
    const size = sizes[d] ?? 0;
    return size > 0 && size < fewPerDataset ? [`${label} (${size})`] : [];
  });
  if (small.length === 0) return [];
  return [
    `Fewer than ${fewPerDataset} ${counted}: ${listed(small)}. A data set weighs in AvgAcc as much as any other, however small.`,
  ];
}

function testedOf(table: OutcomeTable, runs: readonly SeedRun[], dataset: number): number {
  return Math.max(
    ...runs.map(({ split }) => split.test.reduce((n, r) => n + (table.datasetOf[r] === dataset ? 1 : 0), 0)),
  );
}

function costFindings(table: OutcomeTable): string[] {
  if (hasCostAxis(table)) return [];
  const m = table.models.length;
  const priced = table.models.map((_, j) => table.prompts.some((__, i) => (table.costUsd.data[i * m + j] ?? NaN) > 0));
  const unpriced = table.models.flatMap(({ id }, j) => (priced[j] ? [] : [id]));
  const all = "so every cost figure is left out, and so are the routers that need costs";
  if (unpriced.length === m) return [`No model has a cost, ${all}. Give a cost per call to see them.`];
  const unknown = unknownCostFindings(table, priced, all);
  if (unpriced.length === 0) return unknown;
  return [
    `${listed(unpriced)} ${unpriced.length === 1 ? "has" : "have"} no cost above zero, ${all}. ` +
      `Give a cost per call, or leave ${unpriced.length === 1 ? "it" : "them"} out with --exclude-models.`,
    ...unknown,
  ];
}

/** Of the models that cost something elsewhere: one would take them for priced. */
function unknownCostFindings(table: OutcomeTable, priced: readonly boolean[], all: string): string[] {
  const pairs = unknownCosts(table).filter(({ model }) => priced[model]);
  if (pairs.length === 0) return [];
  const labels = datasetLabels(table.datasets);
  const where = pairs.map(({ dataset, model }) => `${table.models[model]?.id} on ${labels[dataset]}`);
  return [
    `The cost of no answer is known of ${listed(where)}, ${all}. ` +
      "Give a cost per call there, or leave the models out with --exclude-models or the data sets with --exclude-datasets.",
  ];
}

function splitFindings(runs: readonly SeedRun[]): string[] {
  const leaked = Math.max(...runs.map(({ split }) => split.leaked));
  const moved = Math.max(...runs.map(({ split }) => split.moved));
  return [
    ...(leaked > 0
      ? [
          `Standing in both parts, as the reference's split allows: up to ${plural(leaked, "prompt text")}; use --split native.`,
        ]
      : []),
    ...(moved > 0
      ? [`Up to ${plural(moved, "prompt")} went to the test part because another data set tests the same text.`]
      : []),
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length - shownNames;
  return more > 0 ? `${names.slice(0, shownNames).join(", ")} and ${more} more` : names.join(", ");
}
