/**
 * SimpleQA's figures: the share attempted, the accuracy of what was attempted, and F1, the harmonic mean of that and the share
 * correct of all. Wei et al., 2024, arXiv:2411.04368.
 */
import { mean } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

/** Answers that do not say whether the question was attempted are left out. */
export function simpleqaFigures(answers: readonly ScoredAnswer[]): SetFigure[] {
  const known = answers.filter(({ parts }) => parts["attempted"] !== undefined);
  return [
    bootstrapFigure(known, attempted, { name: "attempted" }),
    bootstrapFigure(known, correctGivenAttempted, { name: "correct given attempted" }),
    bootstrapFigure(known, f1, { name: "SimpleQA F1" }),
  ];
}

const attempted = (answers: readonly ScoredAnswer[]): number =>
  mean(answers.map(({ parts }) => parts["attempted"] ?? NaN));

function correctGivenAttempted(answers: readonly ScoredAnswer[]): number {
  return mean(answers.filter(({ parts }) => parts["attempted"] === 1).map(({ score }) => score));
}

/** 0 when nothing is correct, as upstream. */
function f1(answers: readonly ScoredAnswer[]): number {
  const correct = mean(answers.map(({ score }) => score));
  const given = correctGivenAttempted(answers);
  if (correct === 0) return 0;
  return (2 * given * correct) / (given + correct);
}
