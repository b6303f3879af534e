/** Quantiles by linear interpolation between order statistics. */

/**
 * The value at rank (n − 1)·q of the sorted values, linear between neighbours. `q` in 0 … 1. NaN of nothing.
 * @example quantile([1, 2, 3, 4, 10], 0.95) // 8.8
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return sortedQuantile(Float64Array.from(values).sort(), q);
}

/** The same of values already in ascending order. */
export function sortedQuantile(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return NaN;
  const rank = (ascending.length - 1) * q;
  const below = Math.floor(rank);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  // At a whole rank the neighbour must not matter: 0 · Infinity is NaN.
  return rank === below ? low : low + (high - low) * (rank - below);
}
