/** The mean score: with Wilson's interval where every score is 0 or 1 (Wilson, 1927), else by resampling. */
import { mean } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

/** The 97.5 % quantile of the standard normal. */
const z = 1.959963984540054;

export function accuracy(answers: readonly ScoredAnswer[]): SetFigure {
  const scores = answers.map(({ score }) => score);
  const isBinary = scores.every((score) => score === 0 || score === 1);
  if (!isBinary) return bootstrapFigure(scores, mean, { name: "accuracy" });
  const n = scores.length;
  const share = mean(scores);
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { name: "accuracy", value: share, low: centre - half, high: centre + half, level: 0.95, count: n };
}
