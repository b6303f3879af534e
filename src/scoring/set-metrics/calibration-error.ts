/**
 * RMS calibration error, half of what HLE is about: answers sorted by stated confidence, in bins of a hundred; the root of the mean
 * squared gap between confidence and accuracy, bins weighted by their answers. Hendrycks et al., 2019, arXiv:1812.04606. The
 * remainder joins the last bin, and every bin counts.
 */
import { mean, sum } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

const binSize = 100;

interface Stated {
  readonly confidence: number;
  readonly score: number;
}

/** Answers without a stated confidence are left out. */
export function calibrationError(answers: readonly ScoredAnswer[]): SetFigure {
  const stated = answers.flatMap(({ parts, score }) => {
    const { confidence = NaN } = parts;
    return Number.isNaN(confidence) ? [] : [{ confidence, score }];
  });
  return bootstrapFigure(stated, rms, { name: "calibration error" });
}

function rms(answers: readonly Stated[]): number {
  if (answers.length === 0) return NaN;
  const sorted = answers.toSorted((a, b) => a.confidence - b.confidence);
  const bins = Math.max(1, Math.floor(sorted.length / binSize));
  const gaps = Array.from({ length: bins }, (_, i) => {
    const bin = sorted.slice(i * binSize, i === bins - 1 ? undefined : (i + 1) * binSize);
    const gap = mean(bin.map(({ confidence }) => confidence)) - mean(bin.map(({ score }) => score));
    return (bin.length / sorted.length) * gap ** 2;
  });
  return Math.sqrt(sum(gaps));
}
