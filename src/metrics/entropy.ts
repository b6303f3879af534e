/** Entropy in bits, and softmax. */

/** −Σ p log2 p, in bits; zero probabilities add nothing. NaN when a probability is. */
export function entropyBits(probability: ArrayLike<number>): number {
  let bits = 0;
  for (let i = 0; i < probability.length; i++) {
    const p = probability[i]!;
    if (p !== 0) bits -= p * Math.log2(p);
  }
  return bits;
}

/** exp(x_i) / Σ exp(x_j), shifted by the largest value so that nothing overflows. [m] */
export function softmax(values: ArrayLike<number>): Float64Array {
  const list = Float64Array.from(values);
  const top = list.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = list.map((value) => Math.exp(value - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
