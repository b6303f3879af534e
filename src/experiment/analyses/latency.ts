/**
 * Does routing cost time? Latency of the asked models: as recorded where the source measured it, else estimated from
 * token counts and a table of speeds; the two are never mixed.
 *   score = AvgAcc − weight · log10(latency / latency of the best single model)
 */
import { UsageError } from "../../core/errors.ts";
import { cellStatus } from "../../core/outcome-table.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { finiteOrNull } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { quantile } from "../../math/quantile.ts";
import { sum } from "../../math/stats.ts";
import { decideRow } from "../choose.ts";
import { replayPolicy } from "../replay.ts";
import { estimateSeconds } from "../../metrics/estimated-latency.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { compareValues } from "./pools.ts";
import type { Comparison } from "./pools.ts";
import { seedFits } from "./seed-fits.ts";
import type { SeedFit } from "./seed-fits.ts";
import type { Interval } from "../../math/stats.ts";
import { points, routersAgainstBestSingle } from "./wording.ts";

interface Timed {
  readonly label: string;
  readonly scores: Float64Array[];
  readonly seconds: Float64Array[];
  /** true for a router that draws its model: its seconds are expectations, of which no spread is known */
  isDrawn: boolean;
}

export const latency: AnalysisKind = {
  name: "latency",
  title: "Latency",
  question: "What does each router's choice cost in waiting, and is it still worth it then?",

  fits: true,

  async run(input): Promise<Answer> {
    const secondsOf = latencySource(input);
    const labels = ["best-single", ...routersAgainstBestSingle(input.routers, "latency")];
    const timed = labels.map((label): Timed => ({ label, scores: [], seconds: [], isDrawn: false }));
    const splits = new Map<number, Int32Array>();
    for await (const fit of seedFits({ ...input, routers: labels }, input.encoders[0]!)) {
      const { fitted, test, estimates } = fit;
      const { chosen, followUps = [], score } = replayPolicy(fitted, test, fitted.policy, estimates);
      const own = timed.find(({ label }) => label === fit.label)!;
      own.scores.push(score);
      own.seconds.push(
        waits([chosen, ...followUps], (i, column) =>
          column < 0 ? drawnSeconds(fit, i, secondsOf) : secondsOf(fit.split.test[i]!, column),
        ),
      );
      own.isDrawn ||= chosen.includes(-1);
      splits.set(fit.seed, fit.split.test);
    }
    return answer(input, timed, [...splits.values()]);
  },
};

/** [n] seconds of all calls of a row: a cascade asks one after the other. −1 = not asked; at the first step `secondsOf` is told so. */
export function waits(asked: readonly Int32Array[], secondsOf: (i: number, column: number) => number): Float64Array {
  return Float64Array.from(asked[0]!, (_, i) =>
    asked.reduce((total, { [i]: column = -1 }, step) => total + (column < 0 && step > 0 ? 0 : secondsOf(i, column)), 0),
  );
}

/** Expected seconds of a lottery, drawn among the models with a record as its score is; NaN where nobody could be asked. */
function drawnSeconds(
  { fitted, test, estimates, split }: SeedFit,
  i: number,
  secondsOf: (row: number, column: number) => number,
): number {
  const { lottery = new Float64Array(0) } = decideRow(fitted, test, i, fitted.policy, estimates);
  const m = test.table.models.length;
  const drawn = [...lottery.keys()].filter(
    (j) => lottery[j]! > 0 && test.table.status[i * m + j] !== cellStatus.missing,
  );
  const total = sum(drawn.map((j) => lottery[j]!));
  return total > 0 ? sum(drawn.map((j) => (lottery[j]! / total) * secondsOf(split.test[i]!, j))) : NaN;
}

/** Seconds of one recorded call. @throws UsageError when neither measured latencies nor speeds are there. */
function latencySource({ table, speeds }: AnalysisInput): (row: number, column: number) => number {
  const m = table.models.length;
  if (table.latencySeconds) return (row, column) => table.latencySeconds!.data[row * m + column] ?? NaN;
  if (!speeds) {
    throw new UsageError({
      problem: "the data record no latency per call",
      where: "analyze latency",
      mend: "Give --speeds FILE: CSV with the columns model, timeToFirstTokenSeconds, tokensPerSecond.",
    });
  }
  const lacking = table.models.filter(({ id }) => !speeds.has(id)).map(({ id }) => id);
  if (lacking.length > 0) {
    throw new UsageError({
      problem: `no speed for ${lacking.slice(0, 5).join(", ")}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ""}`,
      where: "--speeds",
      mend: "Add a row for every model, or leave models out with --exclude-models.",
    });
  }
  const speedOf = table.models.map(({ id }) => speeds.get(id));
  return (row, column) => {
    const tokens = table.completionTokens.data[row * m + column] ?? NaN;
    // An answer of no tokens is a count that was not recorded.
    const isKnown = table.status[row * m + column] === cellStatus.scored && tokens > 0;
    return isKnown ? estimateSeconds(tokens, speedOf[column]) : NaN;
  };
}

function answer(input: AnalysisInput, timed: readonly Timed[], splits: readonly Int32Array[]): Answer {
  const known = keepTimed(input.table, splits, timed);
  const both = compareValues(input.table, known.splits, [...known.scores, ...known.seconds], input.draws);
  const rows = timed.map(({ label }, r) => rowOf(label, r, timed.length, both, input.latencyWeight));
  return {
    findings: [
      ...rows.slice(1).map((row) => row.sentence),
      ...(known.lost > 0 ? [`${known.lost} test rows have no latency for some router's choice and are left out.`] : []),
    ],
    tables: [
      {
        title: input.table.latencySeconds
          ? "Measured latency of the asked models"
          : "Estimated latency of the asked models",
        note: `Score: AvgAcc − ${input.latencyWeight} · log10(latency / that of best-single). The router's own decision takes microseconds and is not in it.`,
        columns: [
          { name: "Router", unit: "text" },
          { name: "AvgAcc", unit: "fraction" },
          { name: "Latency", unit: "seconds" },
          { name: "low", unit: "seconds" },
          { name: "high", unit: "seconds" },
          { name: "Latency-aware", unit: "fraction" },
          { name: "Against best-single", unit: "points" },
          { name: "low", unit: "points" },
          { name: "high", unit: "points" },
        ],
        rows: rows.map(({ cells }) => cells),
      },
      spreadTable(timed, known.seconds),
    ],
    charts: [
      {
        kind: "intervals",
        title: "Seconds more or less than always asking the best single model",
        x: "seconds more",
        unit: "seconds",
        better: "lower",
        rows: rows.slice(1).map(({ name, delta: [value, low, high] }) => ({ name, value, low, high })),
      },
    ],
  };
}

/** How long one has to wait for the slower answers: over the test rows of all seeds together. */
function spreadTable(timed: readonly Timed[], seconds: readonly (readonly Float64Array[])[]): Answer["tables"][number] {
  const shares = [0.5, 0.95, 0.99];
  return {
    title: "Latency of one answer",
    note: `Of all test prompts: half, 95 % and 99 % of the answers were there by then.${timed.some(({ isDrawn }) => isDrawn) ? " A router that draws its model has a mean only." : ""}`,
    columns: [
      { name: "Router", unit: "text" },
      ...shares.map((at) => ({ name: `p${100 * at}`, unit: "seconds" as const })),
    ],
    rows: timed.map(({ label, isDrawn }, r) => {
      if (isDrawn) return [label, ...shares.map(() => null)];
      const all = seconds[r]!.flatMap((seed) => Array.from(seed));
      return [label, ...shares.map((at) => finiteOrNull(quantile(all, at)))];
    }),
  };
}

/** The rows on which every router's choice has a time: the times of all are then those of the same prompts. */
function keepTimed(
  table: OutcomeTable,
  splits: readonly Int32Array[],
  timed: readonly Timed[],
): { splits: Int32Array[]; scores: Float64Array[][]; seconds: Float64Array[][]; lost: number } {
  const kept = splits.map((rows, s) =>
    Int32Array.from(rows.keys()).filter((i) => timed.every(({ seconds }) => !Number.isNaN(seconds[s]![i]!))),
  );
  const total = sum(splits.map((rows) => rows.length));
  const left = sum(kept.map((rows) => rows.length));
  if (left === 0) {
    throw new UsageError({
      problem: `of ${plural(table.prompts.length, "prompt")} none has a latency for every router's choice`,
      where: "analyze latency",
      mend: "The estimate needs completion tokens per answer: see npx signalbox inspect.",
    });
  }
  return {
    splits: splits.map((rows, s) => Int32Array.from(kept[s]!, (i) => rows[i]!)),
    scores: timed.map(({ scores }) => only(scores, kept)),
    seconds: timed.map(({ seconds }) => only(seconds, kept)),
    lost: total - left,
  };
}

function only(values: readonly Float64Array[], kept: readonly Int32Array[]): Float64Array[] {
  return values.map((of, s) => Float64Array.from(kept[s]!, (i) => of[i]!));
}

interface Row {
  readonly name: string;
  readonly cells: (string | number | null)[];
  readonly sentence: string;
  /** seconds against best-single: mean, low, high */
  readonly delta: readonly [number | null, number | null, number | null];
}

/** `both` holds the accuracies of `count` routers, then their seconds, over the same rows; best-single is the first. */
function rowOf(label: string, r: number, count: number, both: Comparison, weight: number): Row {
  const penalty = (means: Float64Array): number => weight * Math.log10(means[count + r]! / means[count]!);
  const aware = both.derived((means) => means[r]! - means[0]! - penalty(means));
  const { mean, ci95 } = both.difference(count + r, count);
  const seconds = both.mean[count + r]!;
  const numbers = [
    both.mean[r]!,
    seconds,
    ...both.interval(count + r),
    both.mean[r]! - penalty(both.mean),
    aware.mean,
    ...aware.ci95,
  ];
  return {
    name: label,
    cells: [label, ...numbers.map(finiteOrNull)],
    sentence: `${label} ${paceOf(mean, ci95)}, ${points(both.difference(r, 0).mean)} points of AvgAcc; ${worthOf(aware)}.`,
    delta: [finiteOrNull(mean), finiteOrNull(ci95[0]), finiteOrNull(ci95[1])],
  };
}

function paceOf(mean: number, [low, high]: Interval): string {
  if (mean === 0 && low === 0 && high === 0) return "takes as long as the best single model";
  const pace = `is ${Math.abs(mean).toFixed(1)} s ${mean > 0 ? "slower" : "faster"} than the best single model`;
  return low <= 0 && high >= 0 ? `${pace}, which could be chance` : pace;
}

function worthOf({ mean, ci95: [low, high] }: { readonly mean: number; readonly ci95: Interval }): string {
  if (!Number.isFinite(mean)) return "latencies of 0 s cannot be priced in";
  if (mean === 0 && low === 0 && high === 0) return "with the wait priced in it is level with it";
  const figures = `${points(mean)} points, 95 % interval ${points(low)} to ${points(high)}`;
  if (low <= 0 && high >= 0) return `with the wait priced in it is not distinguishable from it (${figures})`;
  return `with the wait priced in it is ${mean > 0 ? "still ahead of" : "behind"} it (${figures})`;
}
