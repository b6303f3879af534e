/** A seeded sample of a data set's items: which ones are drawn depends on seed and id alone, not on what else is there. */
import type { Sample } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { seededRandom } from "../math/random.ts";

/**
 * Positions of the drawn items, ascending.
 * @param ids of all items
 * @param strata the stratum of each item, where the sample has one
 */
export function drawSample(ids: readonly string[], sample: Sample, strata?: readonly string[]): number[] {
  const { count, seed, shares = "proportional" } = sample;
  if (count >= ids.length) return ids.map((_, i) => i);
  const groups = new Map<string, number[]>();
  for (const i of ids.keys()) {
    const stratum = strata?.[i] ?? "";
    const group = groups.get(stratum);
    if (group) group.push(i);
    else groups.set(stratum, [i]);
  }
  const members = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  const quotas = quotasOf(
    members.map(({ length }) => length),
    count,
    shares,
  );
  return members.flatMap((group, g) => drawn(group, ids, seed).slice(0, quotas[g])).toSorted((a, b) => a - b);
}

/** By a number of each id's own; ties go by position. */
function drawn(group: readonly number[], ids: readonly string[], seed: number): number[] {
  const lots = new Map(group.map((i) => [i, seededRandom(seed, "sample", ids[i] ?? "").nextU32()]));
  return group.toSorted((a, b) => (lots.get(a) ?? 0) - (lots.get(b) ?? 0) || a - b);
}

/** How many of each stratum: whole numbers that add up, the largest remainders rounded up; the first of equal ones. */
function quotasOf(sizes: readonly number[], count: number, shares: "proportional" | "equal"): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (shares === "equal" ? count / sizes.length : (count * size) / total));
  const quotas = exact.map(Math.floor);
  const byRemainder = exact
    .map((value, i) => ({ i, rest: value % 1 }))
    .toSorted((a, b) => b.rest - a.rest || a.i - b.i);
  const missing = count - quotas.reduce((sum, quota) => sum + quota, 0);
  for (const { i } of byRemainder.slice(0, missing)) quotas[i] = (quotas[i] ?? 0) + 1;
  if (quotas.some((quota, i) => quota > (sizes[i] ?? 0)))
    throw new UsageError({ problem: "a stratum has fewer items than the sample wants of it", mend: "Take fewer." });
  return quotas;
}
