/** Bounds on what a model is expected to cost and score for one query: they need the estimate, so they come after the gate. */
import { calibrated } from "../core/calibration.ts";
import { UsageError } from "../core/errors.ts";
import type { Estimate, RouterQuery } from "../core/router.ts";
import type { Controls, Gated, Needs } from "./decider.ts";
import type { Gate, PoolMember } from "./gate.ts";
import type { ServedRouter } from "./served-router.ts";

export interface Bounds extends Pick<Gate, "allowed" | "gated"> {
  /** no model that may be asked is expected to reach the floor: all of them stay */
  readonly isFloorMissed: boolean;
}

/**
 * The gate narrowed by the cost ceiling, then by the quality floor. The ceiling is kept whatever it leaves; the floor only
 * where some model is expected to reach it.
 * @throws UsageError for a floor under a router whose quality is no score.
 */
export function bounded(
  router: ServedRouter,
  query: Omit<RouterQuery, "allowed">,
  gate: Gate,
  { ceilingUsd, floor }: Controls,
  needs: Needs,
): Bounds {
  if (ceilingUsd === undefined && floor === undefined) {
    return { allowed: gate.allowed, gated: gate.gated, isFloorMissed: false };
  }
  const { fitted, pool } = router;
  const estimate = calibrated(fitted.router.estimate(fitted.state, query), fitted.calibration);
  const open = gate.allowed?.slice() ?? new Uint8Array(pool.length).fill(1);
  const gated = [...gate.gated];
  if (ceilingUsd !== undefined) {
    for (const { column, found } of tooDear(pool, open, estimate, needs, ceilingUsd)) {
      open[column] = 0;
      gated.push(found);
    }
  }
  const isFloorMissed = floor !== undefined && !keepAbove(router, open, estimate, floor);
  return { allowed: open.every((flag) => flag === 1) ? undefined : open, gated, isFloorMissed };
}

function tooDear(
  pool: readonly PoolMember[],
  open: Uint8Array,
  estimate: Estimate,
  needs: Needs,
  ceilingUsd: number,
): { readonly column: number; readonly found: Gated }[] {
  return pool.flatMap((member, column) => {
    const costUsd = expectedUsd(member, estimate.costUsd[column] ?? NaN, needs);
    if (open[column] === 0 || costUsd <= ceilingUsd) return [];
    const detail = Number.isNaN(costUsd) ? "its cost is not known" : `expected to cost ${digits(costUsd)} USD`;
    return [{ column, found: { model: member.id, gate: "ceiling" as const, detail } }];
  });
}

/** What the router expects, but never less than reading this prompt costs: training prompts may have been shorter. */
function expectedUsd({ price }: PoolMember, estimated: number, { promptTokens }: Needs): number {
  if (!price) return estimated;
  const reading = (promptTokens * price.inputPerMillionUsd) / 1e6 + (price.perRequestUsd ?? 0);
  return Number.isNaN(estimated) && promptTokens === 0
    ? NaN
    : Math.max(Number.isNaN(estimated) ? 0 : estimated, reading);
}

/** Shuts out what is expected to stay below the floor, unless that is every open model. */
function keepAbove({ isScored, name }: ServedRouter, open: Uint8Array, { quality }: Estimate, floor: number): boolean {
  if (!isScored) {
    throw new UsageError({
      problem: `router "${name}" rates models and expects no score of them, so it knows no quality floor`,
      mend: 'Ask a router that does, or use the policy "floor RATIO".',
    });
  }
  const reaches = (column: number): boolean => open[column] === 1 && (quality[column] ?? NaN) >= floor;
  const isReached = open.some((_, column) => reaches(column));
  if (isReached) open.forEach((_, column) => (open[column] = Number(reaches(column))));
  return isReached || !open.includes(1);
}

function digits(usd: number): string {
  return String(Number(usd.toPrecision(2)));
}
