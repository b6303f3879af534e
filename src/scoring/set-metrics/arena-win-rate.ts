/**
 * Arena-Hard's win rate against the baseline: the mean over games, a much better or much worse answer counted three times, a tie
 * half; games without a verdict are dropped. Interval from 100 resamples, 5 % to 95 %. Li et al., 2024, arXiv:2406.11939.
 */
import { mean } from "../../math/stats.ts";
import { bootstrapFigure } from "./bootstrap-figure.ts";
import type { ScoredAnswer } from "./scored-answer.ts";
import type { SetFigure } from "./set-figure.ts";

const games = ["first game", "second game"] as const;
const name = "win rate";

export function arenaWinRate(answers: readonly ScoredAnswer[]): SetFigure {
  const battles = answers.flatMap(({ parts }) => games.flatMap((game) => battlesOf(parts[game] ?? NaN)));
  return bootstrapFigure(battles, mean, { name, draws: 100, level: 0.9 });
}

/** A lead of −3 … 3, stored as 0 … 1: won or lost, three times where it is 3. */
function battlesOf(stored: number): number[] {
  if (Number.isNaN(stored)) return [];
  const lead = Math.round(stored * 6 - 3);
  const times = Math.abs(lead) === 3 ? 3 : 1;
  return Array.from({ length: times }, () => (Math.sign(lead) + 1) / 2);
}
