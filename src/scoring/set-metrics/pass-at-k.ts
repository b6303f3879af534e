/**
 * Of several answers to one item: pass@k, the chance that one of k is right, without bias 1 − C(n − c, k) / C(n, k) (Chen et al.,
 * 2021, arXiv:2107.03374); and of trials pass^k, the chance that all k are (Yao et al., 2024, arXiv:2406.12045), which the scorer
 * of each task has computed. Means over items; items with fewer than k answers are left out.
 */
import { mean } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

/** None where every item has one answer. */
export function passAtK(answers: readonly ScoredAnswer[]): SetFigure[] {
  return [...ofSamples(answers), ...ofTrials(answers)];
}

function ofSamples(answers: readonly ScoredAnswer[]): SetFigure[] {
  const byItem = new Map<ScoredAnswer["item"], ScoredAnswer[]>();
  for (const answer of answers) {
    const group = byItem.get(answer.item);
    if (group) group.push(answer);
    else byItem.set(answer.item, [answer]);
  }
  const groups = [...byItem.values()];
  const most = Math.max(0, ...groups.map(({ length }) => length));
  if (most < 2) return [];
  return Array.from({ length: most }, (_, i) => {
    const enough = groups.filter(({ length }) => length > i);
    return bootstrapFigure(
      enough.map((group) => oneOf(group.length, group.filter(({ score }) => score === 1).length, i + 1)),
      mean,
      { name: `pass@${i + 1}` },
    );
  });
}

function ofTrials(answers: readonly ScoredAnswer[]): SetFigure[] {
  const names = new Set(answers.flatMap(({ parts }) => Object.keys(parts).filter((part) => part.startsWith("pass^"))));
  return Array.from(names, (name) => {
    const values = answers.map(({ parts }) => parts[name] ?? NaN).filter((value) => !Number.isNaN(value));
    return bootstrapFigure(values, mean, { name });
  });
}

/** The chance that one of `drawn` of `all` answers, `right` of which are right, is right. */
function oneOf(all: number, right: number, drawn: number): number {
  let noneOf = 1;
  for (let i = 0; i < drawn; i++) noneOf *= Math.max(0, all - right - i) / (all - i);
  return 1 - noneOf;
}
