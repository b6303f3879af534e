/** The rows that RouterArena's optimality numbers look at. */
import type { Replay, TestRows } from "../core/metric.ts";
import { correctFrom, solverCounts } from "./complementarity.ts";

/** Rows that some model of the pool solves (score ≥ 0.5). */
export function solvableRows({ table }: TestRows): number[] {
  const counts = solverCounts(table);
  return [...counts.keys()].filter((i) => counts[i]! > 0);
}

/** Those of the solvable rows that the router got right; undefined for a lottery, which picks no model. */
export function rightRows(replay: Replay, solvable: readonly number[]): number[] | undefined {
  if (replay.chosen.some((column) => column < 0)) return undefined;
  return solvable.filter((i) => replay.score[i]! >= correctFrom);
}
