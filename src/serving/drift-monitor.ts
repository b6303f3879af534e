/**
 * Whether live queries still come from where the training prompts came from. What is looked at is how far a query lies from the
 * nearest centre of the training prompts; what it is held against are the distances of prompts that were held out when
 * those centres were made (experiment/fit-reference.ts), which a live query of the same kind exceeds as often as they do.
 *
 * After every `window` queries Smirnov's one-sided test asks whether they lie farther out. The alarm is raised when p < `level`, and
 * lowered by the next window that passes. Windows do not overlap, so on traffic like the training prompts a window raises
 * a false alarm with a chance of `level` at most: at 200 queries and 0.001, one in 200,000 queries.
 *
 * Farther only: traffic that keeps to a part of what was trained on is what the router knows best.
 */
import type { FamiliarGround } from "../core/training-reference.ts";
import { nearestDistance } from "../math/nearest-distance.ts";
import { sortedQuantile } from "../math/quantile.ts";
import { smirnovHigher } from "../math/smirnov.ts";

export interface DriftOptions {
  /** queries in a window */
  readonly window: number;
  /** the chance of a false alarm in one window, at most */
  readonly level: number;
}

export const defaultDrift: DriftOptions = { window: 200, level: 0.001 };

export interface DriftMonitor {
  /** Takes a query's vector in; says whether this query lies farther out than 95 % of the held-out training prompts. */
  observe(vector: Float32Array): { readonly isNovel: boolean; readonly isDrifting: boolean };
}

/** What a window's test said. */
export interface DriftTest {
  readonly isDrifting: boolean;
  /** the chance of a window as far out as this one on traffic like the training prompts, at most */
  readonly pValue: number;
}

/** A query farther out than this share of held-out training prompts is novel. */
const novelAbove = 0.95;

/** `onChange` is called when the alarm is raised, and when it is lowered. */
export function driftMonitor(
  { centroids, distances }: FamiliarGround,
  { window, level }: DriftOptions,
  onChange: (test: DriftTest) => void = () => undefined,
): DriftMonitor {
  const novel = sortedQuantile(distances, novelAbove);
  const seen = new Float64Array(window);
  let count = 0;
  let isDrifting = false;
  return {
    observe(vector) {
      const distance = nearestDistance(vector, centroids);
      seen[count++] = distance;
      if (count === window) {
        count = 0;
        const wasDrifting = isDrifting;
        const { pValue } = smirnovHigher(distances, seen.toSorted());
        isDrifting = pValue < level;
        if (isDrifting !== wasDrifting) onChange({ isDrifting, pValue });
      }
      return { isNovel: distance > novel, isDrifting };
    },
  };
}
