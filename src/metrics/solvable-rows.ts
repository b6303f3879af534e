/** Rows that some model of the pool solves (score ≥ 0.5): what RouterArena's optimality numbers divide by. */
import type { TestRows } from "../core/metric.ts";
import { solverCounts } from "./complementarity.ts";

export function solvableRows({ table }: TestRows): number[] {
  const counts = solverCounts(table);
  return [...counts.keys()].filter((i) => counts[i]! > 0);
}
