/** Does a bandit gain by learning while it serves? Prompts come one by one, and only the chosen model's outcome is told. */
import { UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import type { Replay } from "../../core/metric.ts";
import { finiteOrNull } from "../../core/report.ts";
import { routerByName, routers } from "../../routers/registry.ts";
import { estimateView } from "../choose.ts";
import { fitMaterial, fitRouter } from "../fit-router.ts";
import type { FitMaterial } from "../fit-router.ts";
import { replayOnline, streamOrder } from "../online-replay.ts";
import { availability, queryView } from "../query-view.ts";
import type { QueryView } from "../query-view.ts";
import { replayPolicy } from "../replay.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { asOneDataset } from "./as-one-dataset.ts";
import { compareValues, poolSeeds } from "./pools.ts";
import type { Comparison, PoolSeed } from "./pools.ts";
import { points, share } from "./wording.ts";

/** The three ways a bandit is replayed, in this order after best-single. */
const ways = ["frozen", "learning", "learning from nothing"] as const;
/** How many points a curve has. */
const checkpoints = 16;

const learners: readonly string[] = routers.filter(({ online }) => online).map(({ name }) => name);

export const online: AnalysisKind = {
  name: "online",
  title: "Online learning",
  question: "Does a bandit gain by learning from the outcomes of its own choices?",
  fits: true,
  usualRouters: learners,

  async run(input): Promise<Answer> {
    const able = input.routers.filter((label) => routerByName(label).router.online);
    if (able.length === 0) throw noneLearns(input.routers);
    const unable = input.routers.filter((label) => !able.includes(label) && label !== "best-single");
    const seeds = await poolSeeds({ ...input, routers: able });
    requireTestRows(seeds);
    const streams = able.map((label) => streamOf(input, seeds, label));
    return {
      findings: [
        ...streams.flatMap(sentences),
        ...unable.map((label) => `${label} does not learn while it serves, so it is not in the table.`),
      ],
      tables: streams.map(table),
      charts: streams.map(chart),
    };
  },
};

function noneLearns(labels: readonly string[]): UsageError {
  return new UsageError({
    problem: `${labels.join(", ")} cannot learn while serving`,
    where: "analyze online",
    mend: `Name others with --routers: ${learners.join(", ")}.`,
  });
}

function requireTestRows(seeds: readonly PoolSeed[]): void {
  if (seeds.every(({ split }) => split.test.length > 0)) return;
  throw new UsageError({
    problem: "no prompt is left to serve",
    where: "analyze online",
    mend: "Lower --train-ratio, or add prompts.",
  });
}

interface Stream {
  readonly label: string;
  /** AvgAcc over the whole test part: best-single, then `ways` */
  readonly whole: Comparison;
  /** cumulative accuracy after so many prompts, each prompt weighing the same */
  readonly curve: readonly { readonly prompts: number; readonly comparison: Comparison }[];
}

function streamOf(input: AnalysisInput, seeds: readonly PoolSeed[], label: string): Stream {
  const scores = ["best-single", ...ways].map((): Float64Array[] => []);
  const orders = seeds.map((seed, s) => {
    input.onProgress?.(s, seeds.length, `${label}, seed ${seed.seed}`);
    const order = streamOrder(seed.split.test.length, seed.seed);
    replays(input, seed, label, order).forEach((replay, method) => scores[method]!.push(replay.score));
    return order;
  });
  const least = Math.min(...orders.map((order) => order.length));
  // A stream has too few prompts of each data set at first for a mean over data sets.
  const pooled = asOneDataset(input.table);
  const counts = Array.from({ length: checkpoints }, (_, k) => Math.ceil(((k + 1) * least) / checkpoints));
  return {
    label,
    whole: compareValues(
      input.table,
      seeds.map(({ split }) => split.test),
      scores,
      input.draws,
    ),
    curve: [...new Set(counts)].map((prompts) => {
      const first = orders.map((order) => order.subarray(0, prompts));
      const rows = first.map((places, s) => Int32Array.from(places, (place) => seeds[s]!.split.test[place]!));
      const values = scores.map((method) => first.map((places, s) => Float64Array.from(places, (i) => method[s]![i]!)));
      return { prompts, comparison: compareValues(pooled, rows, values, input.draws) };
    }),
  };
}

/** The replays of one seed: best-single, then the bandit in all `ways`. */
function replays(input: AnalysisInput, seed: PoolSeed, label: string, order: Int32Array): Replay[] {
  const { table, signal } = input;
  const test = queryView(table, seed.split.test, seed.vectors, availability(table));
  const material = materialOf(input, seed, table);
  const { fitted } = fitRouter(routerByName(label), material);
  const untold = materialOf(input, seed, withoutScores(table, seed.split.train));
  const fromNothing = fitRouter({ label, router: fitted.router, fixed: { ...fitted.options } }, untold).fitted;
  const { fitted: bestSingle } = fitRouter(routerByName("best-single"), material);
  return [
    frozen(bestSingle, test),
    frozen(fitted, test),
    replayOnline(fitted, test, order, signal),
    replayOnline({ ...fromNothing, ties: fitted.ties }, test, order, signal),
  ];
}

function frozen(fitted: Parameters<typeof replayPolicy>[0], test: QueryView): Replay {
  return replayPolicy(fitted, test, fitted.policy, estimateView(fitted, test));
}

function materialOf({ signal }: AnalysisInput, { seed, split, vectors }: PoolSeed, table: OutcomeTable): FitMaterial {
  const rows = { train: split.train, validation: split.validation, unavailable: availability(table) };
  return fitMaterial(table, rows, { vectors, fingerprint: null }, { seed, signal });
}

/** The table with the scores of these rows not known. */
function withoutScores(table: OutcomeTable, rows: Int32Array): OutcomeTable {
  const m = table.models.length;
  const data = table.score.data.slice();
  for (const r of rows) data.fill(NaN, r * m, (r + 1) * m);
  return { ...table, score: { ...table.score, data } };
}

function sentences({ label, whole, curve }: Stream): string[] {
  const [mine, learning, fromNothing] = [1, 2, 3];
  const gain = whole.difference(learning, mine);
  const cold = whole.difference(fromNothing, mine);
  const coldLead = whole.difference(fromNothing, 0);
  const last = curve.at(-1)!.prompts;
  return [
    `${label}, fitted on the training part: frozen ${share(whole.mean[mine]!)} %, learning on the way ` +
      `${share(whole.mean[learning]!)} %, ${points(gain.mean)} points (${intervalText(gain.ci95)}): ${verdictOn(gain.ci95)}.`,
    `${label}, told nothing before the first of ${last} prompts: ${share(whole.mean[fromNothing]!)} %, ` +
      `${points(cold.mean)} points (${intervalText(cold.ci95)}) to the one fitted and frozen, ` +
      `${points(coldLead.mean)} (${intervalText(coldLead.ci95)}) to the best single model of the training part.`,
  ];
}

function intervalText([low, high]: readonly [number, number]): string {
  return `95 % interval ${points(low)} to ${points(high)}`;
}

function verdictOn([low, high]: readonly [number, number]): string {
  if (low > 0) return "learning pays";
  return high < 0 ? "learning costs" : "no difference beyond noise";
}

function table({ label, whole }: Stream): Answer["tables"][number] {
  const differences = (a: number, b: number): (number | null)[] => {
    const { mean, ci95 } = whole.difference(a, b);
    return a === b ? [null, null, null] : [mean, ...ci95].map(finiteOrNull);
  };
  return {
    title: `${label} over the test part`,
    note: "AvgAcc: the mean over data sets. Frozen is the router as fitted; from nothing knows the prompts of the training part and none of their scores.",
    columns: [
      { name: "Way", unit: "text" },
      { name: "AvgAcc", unit: "fraction" },
      { name: "Δ best single", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
      { name: "Δ frozen", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
    ],
    rows: ["best-single", ...ways].map((way, method) => [
      way,
      finiteOrNull(whole.mean[method]),
      ...differences(method, 0),
      ...differences(method, 1),
    ]),
  };
}

function chart({ label, curve }: Stream): Answer["charts"][number] {
  return {
    kind: "lines",
    title: `${label}: share of right answers so far`,
    x: "prompts served",
    y: "mean score so far",
    unit: "fraction",
    series: ["best-single", ...ways].map((name, method) => ({
      name,
      points: curve.map(({ prompts, comparison }) => {
        const [low, high] = comparison.interval(method);
        const y = finiteOrNull(comparison.mean[method]);
        return { x: prompts, y, low: finiteOrNull(low), high: finiteOrNull(high) };
      }),
    })),
  };
}
