/**
 * How far a scorer or judge agrees with people on a labelled sample: the share of equal labels, Cohen's kappa (what is left of it
 * beyond chance; Cohen, 1960) with an interval from resampled rows, who says what when, and the rows on which they differ.
 */
import { bootstrapFigure } from "./set-metrics/bootstrap-figure.ts";
import type { SetFigure } from "./set-metrics/set-figure.ts";

export interface LabelledPair {
  readonly id: string;
  readonly human: string;
  /** undefined: the scorer gave no score; counted apart */
  readonly scorer: string | undefined;
  readonly detail?: string | undefined;
}

export interface Agreement {
  readonly rows: number;
  /** without a score */
  readonly unscored: number;
  readonly accuracy: SetFigure;
  /** NaN when both say one and the same label throughout */
  readonly kappa: SetFigure;
  /** in the order of the table below */
  readonly labels: readonly string[];
  /** [human][scorer] counts */
  readonly confusion: readonly (readonly number[])[];
  readonly disagreeing: readonly LabelledPair[];
}

interface Pair {
  readonly human: string;
  readonly scorer: string;
}

export function agreement(rows: readonly LabelledPair[]): Agreement {
  const pairs = rows.flatMap(({ human, scorer }): Pair[] => (scorer === undefined ? [] : [{ human, scorer }]));
  const labels = [...new Set(pairs.flatMap(({ human, scorer }) => [human, scorer]))].toSorted();
  return {
    rows: rows.length,
    unscored: rows.length - pairs.length,
    accuracy: bootstrapFigure(pairs, shareEqual, { name: "accuracy" }),
    kappa: bootstrapFigure(pairs, kappaOf, { name: "kappa" }),
    labels,
    confusion: labels.map((human) =>
      labels.map((scorer) => pairs.filter((pair) => pair.human === human && pair.scorer === scorer).length),
    ),
    disagreeing: rows.filter(({ human, scorer }) => scorer !== undefined && scorer !== human),
  };
}

function shareEqual(pairs: readonly Pair[]): number {
  return pairs.filter(({ human, scorer }) => human === scorer).length / pairs.length;
}

function kappaOf(pairs: readonly Pair[]): number {
  const [humans, scorers] = [new Map<string, number>(), new Map<string, number>()];
  for (const { human, scorer } of pairs) {
    humans.set(human, (humans.get(human) ?? 0) + 1);
    scorers.set(scorer, (scorers.get(scorer) ?? 0) + 1);
  }
  let chance = 0;
  for (const [label, count] of humans) chance += (count * (scorers.get(label) ?? 0)) / pairs.length ** 2;
  return (shareEqual(pairs) - chance) / (1 - chance);
}
