/** How many labelled prompts does a new model need? Each model in turn joins a router that was fitted without it. */
import { UsageError } from "../../core/errors.ts";
import { selectTableModels } from "../../core/outcome-table.ts";
import type { Replay } from "../../core/metric.ts";
import { finiteOrNull } from "../../core/report.ts";
import { matrix32, selectRows } from "../../math/matrix.ts";
import { permutation, seededRandom } from "../../math/random.ts";
import { trainAvgAcc } from "../../routers/mean-outcome.ts";
import { routerByName, routers } from "../../routers/registry.ts";
import { estimateView } from "../choose.ts";
import { fitMaterial, fitRouter } from "../fit-router.ts";
import type { FitMaterial } from "../fit-router.ts";
import { newcomerOutcomes } from "../newcomer-outcomes.ts";
import { addModel } from "../pool-change.ts";
import { availability, queryView } from "../query-view.ts";
import { replayPolicy } from "../replay.ts";
import { argmax } from "../../core/policy.ts";
import { trainTable } from "../train-table.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { compareValues, poolSeeds } from "./pools.ts";
import type { Comparison, PoolSeed } from "./pools.ts";
import { points, share } from "./wording.ts";

/** Numbers of labelled prompts; 0 = the router without the model. */
const labelCounts = [0, 10, 25, 50, 100, 200, 400];
/** The models that join: the most accurate on the training part, which the router would miss most. */
const joiningModels = 3;

export const onboarding: AnalysisKind = {
  name: "onboarding",
  title: "Onboarding",
  question: "How many labelled prompts does a new model need before the router uses it as well as after a refit?",
  fits: true,

  async run(input): Promise<Answer> {
    const able = input.routers.filter((label) => "addModel" in routerByName(label).router);
    const unable = input.routers.filter((label) => !able.includes(label));
    if (able.length === 0) throw noneCanJoin(unable);
    const seeds = await poolSeeds({ ...input, routers: able });
    const curves = able.map((label) => curveOf(input, seeds, label));
    return {
      findings: [
        ...curves.map((curve) => finding(curve)),
        ...unable.map((label) => `${label} takes no model in without a refit, so it is not in the table.`),
      ],
      tables: curves.map(table),
      charts: [chart(curves)],
    };
  },
};

function noneCanJoin(unable: readonly string[]): UsageError {
  const able = routers.filter((router) => router.cheats === false && "addModel" in router).map(({ name }) => name);
  return new UsageError({
    problem: `${unable.join(", ")} can take no model in without a refit`,
    where: "analyze onboarding",
    mend: `Name others with --routers: ${able.join(", ")}.`,
  });
}

interface Curve {
  readonly label: string;
  readonly counts: readonly number[];
  /** one method per count, then the refit */
  readonly comparison: Comparison;
}

/** AvgAcc of a router over label counts, the mean over the joining models; the refit last. */
function curveOf(input: AnalysisInput, seeds: readonly PoolSeed[], label: string): Curve {
  const least = Math.min(...seeds.map(({ split }) => split.train.length));
  const counts = labelCounts.filter((count) => count <= least);
  const scores = [...counts, -1].map((): Float64Array[] => []);
  seeds.forEach((seed, s) => {
    input.onProgress?.(s, seeds.length, `${label}, seed ${seed.seed}`);
    const joiners = mostAccurate(input, seed);
    const perJoiner = joiners.map((column) => joinInSteps(input, seed, label, column, counts));
    scores.forEach((method, c) => method.push(meanOf(perJoiner.map((steps) => steps[c]!.score))));
  });
  const splits = seeds.map(({ split }) => split.test);
  return { label, counts, comparison: compareValues(input.table, splits, scores, input.draws) };
}

/** The most accurate models on the seed's training rows, at least one other being left. */
function mostAccurate({ table: { models }, table }: AnalysisInput, { split }: PoolSeed): number[] {
  const accuracy = trainAvgAcc(trainTable(table, split.train, undefined));
  return [...models.keys()]
    .filter((j) => !Number.isNaN(accuracy[j]!))
    .toSorted((a, b) => accuracy[b]! - accuracy[a]! || a - b)
    .slice(0, Math.min(joiningModels, models.length - 1));
}

/** Replays of the router without the model, with it after each count of labels, and refitted with all of them. */
function joinInSteps(
  input: AnalysisInput,
  seed: PoolSeed,
  label: string,
  column: number,
  counts: readonly number[],
): Replay[] {
  const others = input.table.models.map((_, j) => j).filter((j) => j !== column);
  const order = [...others, column];
  const pool = selectTableModels(input.table, Int32Array.from(order));
  const unavailable = availability(pool);
  const test = queryView(pool, seed.split.test, seed.vectors, unavailable);
  const material = (columns: readonly number[]): FitMaterial => {
    const table = selectTableModels(input.table, Int32Array.from(columns));
    const rows = { train: seed.split.train, validation: seed.split.validation, unavailable: availability(table) };
    return fitMaterial(
      table,
      rows,
      { vectors: seed.vectors, fingerprint: null },
      { seed: seed.seed, signal: input.signal },
    );
  };
  const named = routerByName(label);
  const { fitted } = fitRouter(named, material(others));
  const labelled = permutation(seed.split.train.length, seededRandom("onboarding", seed.seed, column));
  const joined = counts.map((count) => {
    if (count === 0) {
      const { table: narrower } = material(others);
      const without = queryView(narrower, seed.split.test, seed.vectors, availability(narrower));
      return replayPolicy(fitted, without, argmax, estimateView(fitted, without));
    }
    const rows = Int32Array.from(labelled.subarray(0, count), (position) => seed.split.train[position]!);
    const vectors = seed.vectors ? selectRows(seed.vectors, rows) : matrix32(rows.length, 0);
    const wider = addModel(fitted, newcomerOutcomes(input.table, column, rows, vectors));
    return replayPolicy(wider, test, argmax, estimateView(wider, test));
  });
  const refit = fitRouter(named, material(order)).fitted;
  return [...joined, replayPolicy(refit, test, argmax, estimateView(refit, test))];
}

function meanOf(values: readonly Float64Array[]): Float64Array {
  return values[0]!.map((_, i) => values.reduce((sum, value) => sum + value[i]!, 0) / values.length);
}

/**
 * The fewest labels from which on no interval against the refit lies below 0, and most of what a refit gains is there: on few
 * prompts the interval alone holds of nearly anything.
 */
function enough({ counts, comparison }: Curve): number | undefined {
  const refit = counts.length;
  const half = comparison.difference(0, refit).mean / 2;
  const isAsGood = counts.map((_, c) => {
    const { mean, ci95 } = comparison.difference(c, refit);
    return ci95[1] >= 0 && mean >= half;
  });
  return counts.find((count, c) => count > 0 && isAsGood.slice(c).every(Boolean));
}

function finding(curve: Curve): string {
  const { label, counts, comparison } = curve;
  const refit = counts.length;
  const { mean, ci95 } = comparison.difference(0, refit);
  const [low, high] = [-ci95[1], -ci95[0]];
  const start = `${label}: without the newcomer ${share(comparison.mean[0]!)} %, after a refit ${share(comparison.mean[refit]!)} % (${points(-mean)} points`;
  const interval = `95 % interval ${points(low)} to ${points(high)}`;
  if (high < 0)
    return `${start}, ${interval}): a refit with the newcomer does harm, so there is nothing to catch up with.`;
  if (low <= 0)
    return `${start}): no difference beyond noise (${interval}), so these data cannot say how many labels it takes.`;
  const count = enough(curve);
  if (count === undefined) return `${start}); even ${counts.at(-1)} labelled prompts do not make up for the refit.`;
  const c = counts.indexOf(count);
  const gap = comparison.difference(c, refit);
  return (
    `${start}); with ${count} labelled prompts ${share(comparison.mean[c]!)} %, not distinguishable from the refit ` +
    `(${points(gap.mean)} points, 95 % interval ${points(gap.ci95[0])} to ${points(gap.ci95[1])}).`
  );
}

function table({ label, counts, comparison }: Curve): Answer["tables"][number] {
  return {
    title: `${label} by number of labelled prompts of the new model`,
    note: `Mean over the (up to ${joiningModels}) most accurate models of the training part, each joining a router fitted without it.`,
    columns: [
      { name: "Labels", unit: "text" },
      { name: "AvgAcc", unit: "fraction" },
      { name: "Against refit", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
    ],
    rows: [...counts, -1].map((count, c) => {
      const { mean, ci95 } = comparison.difference(c, counts.length);
      const against = count < 0 ? [null, null, null] : [mean, ...ci95].map(finiteOrNull);
      return [rowName(count), finiteOrNull(comparison.mean[c]), ...against];
    }),
  };
}

function rowName(count: number): string {
  if (count === 0) return "none: without it";
  return count < 0 ? "refit on all" : String(count);
}

function chart(curves: readonly Curve[]): Answer["charts"][number] {
  return {
    kind: "lines",
    title: "What a refit with the new model would still add: AvgAcc against the refit",
    x: "labelled prompts of the new model",
    y: "AvgAcc against the refit",
    unit: "points",
    series: curves.map(({ label, counts, comparison }) => ({
      name: label,
      points: counts.map((x, c) => {
        const { mean, ci95 } = comparison.difference(c, counts.length);
        return { x, y: finiteOrNull(mean), low: finiteOrNull(ci95[0]), high: finiteOrNull(ci95[1]) };
      }),
    })),
  };
}
