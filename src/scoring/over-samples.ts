/** Several answers of one model to each prompt as one figure: the mean over samples, and how sure it is. */
import { mean } from "../math/stats.ts";
import { accuracy } from "./set-metrics/accuracy.ts";
import { passAtK } from "./set-metrics/pass-at-k.ts";
import type { ScoredAnswer } from "./set-metrics/scored-answer.ts";
import type { SetFigure } from "./set-metrics/set-figure.ts";

/** One file's answers, in the order of its records. */
export interface ScoredSample {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly answers: readonly ScoredAnswer[];
}

export interface RunOverSamples extends Omit<ScoredSample, "answers"> {
  readonly samples: number;
  /** the accuracy over prompts, each with the mean of its answers' scores, and pass@k */
  readonly figures: readonly SetFigure[];
}

/**
 * The runs that have several samples. A prompt's answers hang together, so that the interval is taken over prompts: more samples of
 * the same prompts make a mean surer, but do not stand in for more prompts.
 */
export function overSamples(scored: readonly ScoredSample[]): RunOverSamples[] {
  const runs = new Map<string, ScoredSample[]>();
  for (const one of scored) {
    const key = JSON.stringify([one.dataset, one.split, one.model]);
    runs.set(key, [...(runs.get(key) ?? []), one]);
  }
  return [...runs.values()].flatMap((samples) => {
    const [first] = samples;
    if (first === undefined || samples.length === 1) return [];
    const { dataset, split, model } = first;
    const graded = samples.flatMap(({ answers }) => answers).filter(({ score }) => !Number.isNaN(score));
    const figures = graded.length === 0 ? [] : [accuracy(promptMeans(graded)), ...passAtK(graded)];
    return [{ dataset, split, model, samples: samples.length, figures }];
  });
}

function promptMeans(answers: readonly ScoredAnswer[]): ScoredAnswer[] {
  const byItem = new Map<ScoredAnswer["item"], ScoredAnswer[]>();
  for (const answer of answers) byItem.set(answer.item, [...(byItem.get(answer.item) ?? []), answer]);
  return Array.from(byItem.values(), (group) => {
    const score = mean(group.map((answer) => answer.score));
    return Object.assign({}, group[0], { score });
  });
}
