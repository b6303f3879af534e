/**
 * The metric contract: plain values in, a number (or a small table) out. No I/O, no clock, no randomness.
 *
 * Metrics come in families that differ only in what they look at; `MetricInputs` is the list. NaN means undefined
 * (a zero denominator, no cost axis) and is printed as "—". Fractions stay fractions: only a printer multiplies by 100.
 */
import type { Matrix } from "../math/matrix.ts";
import type { OutcomeTable } from "./outcome-table.ts";

/** One policy run over the test rows of ONE seed. All arrays by test row. */
export interface Replay {
  /** [n] the first column asked; −1 for a lottery, whose score and cost are exact expectations, or when no model exists */
  readonly chosen: Int32Array;
  /** Cascades: the columns asked after the first, an array [n] a step; −1 = it had stopped. Calls are made one by one. */
  readonly followUps?: readonly Int32Array[];
  /** [n] realised score, 0 for failed and missing picks */
  readonly score: Float64Array;
  /** [n] all calls billed; a missing cell is charged the model's mean cost on that data set's other prompts, NaN where no answer's cost is known there */
  readonly costUsd: Float64Array;
  /** The router's own spend (embeddings, judges) over all rows; part of the total. */
  readonly decisionCostUsd?: number;
  readonly missingPicks: number;
  readonly failedPicks: number;
}

/** The test rows the replay ran over. */
export interface TestRows {
  /** test rows only */
  readonly table: OutcomeTable;
  /** number of data sets of the comparison; those without a test row take part in no mean */
  readonly datasets: number;
  /** false = a pool with unpriced models: every cost metric is NaN */
  readonly hasCost: boolean;
}

/** A replay, beside the baselines of the same seed. */
export interface ReplayInput {
  readonly replay: Replay;
  readonly test: TestRows;
  readonly bestSingle: Replay;
  readonly random: Replay;
  readonly oracle: Replay;
  readonly datasetOracle: Replay;
  /** A model named by the user for RouterEval's V_R. */
  readonly reference?: Replay;
}

/** A configuration in the plane of cost and accuracy: total USD over the test part, AvgAcc as a fraction. */
export interface CostAccuracy {
  readonly costUsd: number;
  readonly avgAcc: number;
}

/** The configurations of one method, each the mean over seeds, beside the points they are judged against. */
export interface SweepInput {
  readonly points: readonly CostAccuracy[];
  readonly bestSingle: CostAccuracy;
  /** The pool's models, each always asked. */
  readonly pool: readonly CostAccuracy[];
  /** All points of the comparison: pool models and every configuration of every method; no oracle. */
  readonly comparison: readonly CostAccuracy[];
  readonly hasCost: boolean;
}

/** A two-model router at several shares of strong calls. */
export interface PairInput {
  /** Share of calls sent to the strong model, 0 … 1, with the accuracy reached there. */
  readonly points: readonly { readonly strongShare: number; readonly accuracy: number }[];
  readonly weakAccuracy: number;
  readonly strongAccuracy: number;
}

/** The pool alone: what routing could gain, whatever the router. */
export interface PoolInput {
  readonly test: TestRows;
  readonly bestSingle: Replay;
  readonly oracle: Replay;
  /** [datasets] number of answer options where a data set declares it: for the Oracle's guessing floor */
  readonly optionCounts?: readonly (number | undefined)[];
}

/** A router that ranks the pool for every row. */
export interface RankingInput {
  readonly test: TestRows;
  /** [n·m] row-major: columns of row i, first choice first */
  readonly ranking: Int32Array;
}

/** A router's selection probabilities. */
export interface SelectionInput {
  /** [n, m] rows sum to 1 */
  readonly probability: Matrix;
}

/** How fast a provider answers, from a dated, sourced table. */
export interface Throughput {
  readonly timeToFirstTokenSeconds: number;
  readonly tokensPerSecond: number;
}

/** Chosen models and the speed of each. */
export interface LatencyInput {
  readonly test: TestRows;
  readonly chosen: Int32Array;
  /** [m] undefined = no entry for that model */
  readonly throughput: readonly (Throughput | undefined)[];
}

/** The same prompts, decided twice: as written and reworded. */
export interface RewordingInput {
  readonly chosen: Int32Array;
  readonly chosenReworded: Int32Array;
}

/** What each family of metrics looks at. */
export interface MetricInputs {
  readonly replay: ReplayInput;
  readonly sweep: SweepInput;
  readonly pair: PairInput;
  readonly pool: PoolInput;
  readonly ranking: RankingInput;
  readonly selection: SelectionInput;
  readonly latency: LatencyInput;
  readonly rewording: RewordingInput;
}

export type MetricFamily = keyof MetricInputs;

/** "points": a difference of two fractions, kept as a fraction and printed × 100. */
export type MetricUnit = "fraction" | "points" | "USD" | "ratio" | "count" | "bits" | "score" | "seconds";

export type MetricDirection = "higher" | "lower" | "neither";

/** What a legend, a reference page or a column head needs to know. */
export interface MetricInfo {
  /** kebab-case, unique */
  readonly name: string;
  readonly title: string;
  /** One sentence for people. */
  readonly summary: string;
  /** The formula in one line of plain text. */
  readonly formula: string;
  /** Paper or section it is taken from. */
  readonly source: string;
  readonly unit: MetricUnit;
  readonly better: MetricDirection;
  /** true: undefined over a pool without a cost axis */
  readonly needsCost: boolean;
}

/** One metric: its description and its function. `Output` is a number, or a small table for breakdowns. */
export interface Metric<Family extends MetricFamily = MetricFamily, Output = number> extends MetricInfo {
  readonly family: Family;
  compute(input: MetricInputs[Family]): Output;
}

type MetricDefinition<Family extends MetricFamily, Output> = Omit<Metric<Family, Output>, "needsCost"> & {
  readonly needsCost?: boolean;
};

/** Makes a metric of one number. A metric that needs costs gives NaN over a pool that has no cost axis. */
export function defineMetric<Family extends MetricFamily>(
  definition: MetricDefinition<Family, number>,
): Metric<Family> {
  const needsCost = definition.needsCost ?? false;
  return {
    ...definition,
    needsCost,
    compute: (input) => (needsCost && !hasCost(input) ? NaN : definition.compute(input)),
  };
}

/** Makes a metric whose answer is a small table: per data set, per model, per pair, per k. */
export function defineBreakdown<Family extends MetricFamily, Output extends object>(
  definition: MetricDefinition<Family, Output>,
): Metric<Family, Output> {
  return { ...definition, needsCost: definition.needsCost ?? false };
}

function hasCost(input: MetricInputs[MetricFamily]): boolean {
  if ("test" in input) return input.test.hasCost;
  return "hasCost" in input ? input.hasCost : true;
}
