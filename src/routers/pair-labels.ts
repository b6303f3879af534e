/**
 * HybridLLM's labels: does a model match the strong one on a prompt?
 *
 *   det    1 if the mean of its scores is at least the strong model's mean
 *   prob   share of the pairs of a score of each in which it is at least as good
 *   trans  as prob with t taken off the strong model's score; t spreads the labels most (for pools where nearly all are 0)
 * The scores of a prompt are those of its repeated runs: the rows of a data set with the same prompt. With one run a
 * model and scores of 0 and 1 the three are the same.
 *
 * Source: Ding et al., "Hybrid LLM", ICLR 2024, arXiv 2404.14618.
 */
import type { TrainTable } from "../core/router.ts";
import type { Pair } from "./pair.ts";

export type MatchLabel = "det" | "prob" | "trans";

/** L − t is a difference of floats. */
const tolerance = 1e-9;
/** The values of t that `trans` tries. */
const slacks: readonly number[] = Array.from({ length: 50 }, (_, step) => step / 50);

/** The labels [n]; NaN where either model has no score for the prompt. */
export function matchLabels(
  train: Pick<TrainTable, "score" | "outcomes">,
  pair: Pair,
  label: MatchLabel,
): Float64Array {
  const samples = samplesOf(train, pair);
  if (label === "det")
    return spread(train, samples, ({ weak, strong }) => Number(mean(weak) >= mean(strong) - tolerance));
  const slack = label === "prob" ? 0 : bestSlack([...samples.values()]);
  return spread(train, samples, ({ weak, strong }) => shareMatched(weak, strong, slack));
}

interface Samples {
  readonly weak: number[];
  readonly strong: number[];
}

/** The scores of both models per prompt: all rows of a split group. */
function samplesOf({ score, outcomes }: Pick<TrainTable, "score" | "outcomes">, pair: Pair): Map<number, Samples> {
  const groups = new Map<number, Samples>();
  outcomes.groupOf.forEach((group, i) => {
    const own = groups.get(group) ?? { weak: [], strong: [] };
    groups.set(group, own);
    for (const side of ["weak", "strong"] as const) {
      const column = pair[side];
      const value = column < 0 ? NaN : score.data[i * score.cols + column]!;
      if (!Number.isNaN(value)) own[side].push(value);
    }
  });
  return groups;
}

function spread(
  { outcomes }: Pick<TrainTable, "outcomes">,
  samples: ReadonlyMap<number, Samples>,
  labelOf: (of: Samples) => number,
): Float64Array {
  const labels = new Map([...samples].map(([group, of]) => [group, isKnown(of) ? labelOf(of) : NaN]));
  return Float64Array.from(outcomes.groupOf, (group) => labels.get(group)!);
}

function isKnown({ weak, strong }: Samples): boolean {
  return weak.length > 0 && strong.length > 0;
}

/** Share of the pairs in which the weak score is at least the strong one less `slack`. */
export function shareMatched(weak: readonly number[], strong: readonly number[], slack: number): number {
  let matched = 0;
  for (const s of weak) for (const l of strong) if (s >= l - slack - tolerance) matched += 1;
  return matched / (weak.length * strong.length);
}

/** The slack whose labels differ most among themselves; the smallest of equals. */
function bestSlack(samples: readonly Samples[]): number {
  const known = samples.filter(isKnown);
  let best = 0;
  let most = -Infinity;
  for (const slack of slacks) {
    const difference = meanPairwiseDifference(known.map(({ weak, strong }) => shareMatched(weak, strong, slack)));
    if (difference <= most + tolerance) continue;
    best = slack;
    most = difference;
  }
  return best;
}

/** (1/n²) Σ over all ordered pairs of |y_i − y_k|. */
export function meanPairwiseDifference(values: readonly number[]): number {
  const n = values.length;
  const sorted = values.toSorted((a, b) => a - b);
  return (2 * sorted.reduce((sum, value, r) => sum + value * (2 * r - n + 1), 0)) / (n * n);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
