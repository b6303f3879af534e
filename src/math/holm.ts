/** Multiplicity correction: Holm's step-down (S. Holm, Scandinavian Journal of Statistics 6, 1979). */

/**
 * Holm-adjusted p values, in the order given: the i-th smallest is multiplied by (count − i), never falls below the
 * one before it, and stops at 1. NaN (no test made) stays NaN and is not counted.
 * @example holmAdjusted([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => NaN);
  const order = pValues
    .map((_, position) => position)
    .filter((position) => !Number.isNaN(pValues[position]!))
    .toSorted((a, b) => pValues[a]! - pValues[b]!);
  let floor = 0;
  order.forEach((position, rank) => {
    floor = Math.max(floor, Math.min(1, pValues[position]! * (order.length - rank)));
    adjusted[position] = floor;
  });
  return adjusted;
}
