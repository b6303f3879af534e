/**
 * RouterDC's two contrastive losses and their slopes. Both are −log softmax of one logit among a few.
 *
 *   models:  for each of a prompt's best models j⁺ with a score above 0, against those of its worst with a score of at
 *            most ½:  ℓ = −log(e^{x_j⁺} / (e^{x_j⁺} + Σ_neg e^{x_j}))
 *   prompts: one prompt of the same group against a few of others, by the cosines of their vectors
 */
import { row } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import type { Random } from "../math/random.ts";

export interface ModelContrast {
  /** How many of the best models are pulled near. */
  readonly topK: number;
  /** How many of the worst are pushed away. */
  readonly lastK: number;
}

/** The observed models (score not NaN) from best to worst; equals in the order of `among`. */
export function ranked(scores: ArrayLike<number>, among: Iterable<number>): number[] {
  return [...among].filter((j) => !Number.isNaN(scores[j]!)).toSorted((a, b) => scores[b]! - scores[a]!);
}

/**
 * Losses of one prompt, one for each of its topK best models, best first.
 * @param logits [m] @param order the observed models from best to worst @param slopes [m] what is added to, by `weight`
 */
export function modelLosses(
  logits: ArrayLike<number>,
  scores: ArrayLike<number>,
  order: readonly number[],
  { topK, lastK }: ModelContrast,
  slopes: Float32Array | Float64Array,
  weight: number,
): number[] {
  const negatives = order.slice(Math.max(0, order.length - lastK)).filter((j) => scores[j]! <= 0.5);
  return order.slice(0, topK).map((best) => {
    if (scores[best]! <= 0) return 0;
    const candidates = [best, ...negatives];
    const { loss, shares } = softmaxLoss(candidates.map((j) => logits[j]!));
    candidates.forEach((j, c) => (slopes[j]! += weight * shares[c]!));
    return loss;
  });
}

/** For each prompt of a batch: the one to be near to, then those to be far from; empty where there is none of a kind. */
export function drawPartners(groupOf: Int32Array, negatives: number, random: Random): number[][] {
  const byGroup = Int32Array.from(groupOf.keys()).sort((a, b) => groupOf[a]! - groupOf[b]! || a - b);
  const start = new Map<number, number>();
  const size = new Map<number, number>();
  byGroup.forEach((i, position) => {
    const group = groupOf[i]!;
    if (!start.has(group)) start.set(group, position);
    size.set(group, (size.get(group) ?? 0) + 1);
  });
  const place = new Int32Array(groupOf.length);
  byGroup.forEach((i, position) => (place[i] = position));
  return Array.from(groupOf, (group, i) => {
    const from = start.get(group)!;
    const own = size.get(group)!;
    const others = groupOf.length - own;
    if (own < 2 || others === 0) return [];
    const near = from + ((place[i]! - from + 1 + random.below(own - 1)) % own);
    const far = Array.from({ length: negatives }, () => random.below(others));
    return [near, ...far.map((position) => (position < from ? position : position + own))].map((p) => byGroup[p]!);
  });
}

/** Adds the slopes of the prompts' losses to those of their unit vectors [B, w]; gives the sum of the losses. */
export function promptLosses(
  units: Matrix32,
  partners: readonly (readonly number[])[],
  slopes: Matrix32,
  weight: number,
): number {
  let total = 0;
  partners.forEach((among, i) => {
    if (among.length === 0) return;
    const own = row(units, i);
    const ownSlopes = row(slopes, i);
    const { loss, shares } = softmaxLoss(among.map((other) => product(own, row(units, other))));
    total += loss;
    among.forEach((other, c) => {
      const unit = row(units, other);
      const otherSlopes = row(slopes, other);
      const slope = weight * shares[c]!;
      for (let p = 0; p < own.length; p++) {
        ownSlopes[p]! += slope * unit[p]!;
        otherSlopes[p]! += slope * own[p]!;
      }
    });
  });
  return total;
}

/** −log softmax of the first of the logits, and its slope by each of them. */
function softmaxLoss(logits: readonly number[]): { loss: number; shares: number[] } {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  const shares = powers.map((power, c) => power / sum - (c === 0 ? 1 : 0));
  return { loss: Math.log(sum) + top - logits[0]!, shares };
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!;
  return sum;
}
