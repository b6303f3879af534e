/**
 * F1 of each label, weighted by how often it is right: the figure of EmoryNLP and MELD. An answer in which no label was read is a
 * label of its own, so that it costs recall and earns nothing.
 */
import { sum } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

export function weightedF1(answers: readonly ScoredAnswer[]): SetFigure {
  return bootstrapFigure(answers, f1, { name: "weighted F1" });
}

function f1(answers: readonly ScoredAnswer[]): number {
  if (answers.length === 0) return NaN;
  const labels = new Set(answers.map(({ truth }) => truth));
  const weighted = Array.from(labels, (label) => {
    const support = answers.filter(({ truth }) => truth === label).length;
    const predicted = answers.filter(({ prediction }) => prediction === label).length;
    const hits = answers.filter(({ truth, prediction }) => truth === label && prediction === label).length;
    return (support * 2 * hits) / (support + predicted);
  });
  return sum(weighted) / answers.length;
}
