/**
 * Smirnov's one-sided test of two samples: whether the second tends to lie higher than the first.
 *
 *     D⁺ = max over x of F₁(x) − F₂(x),   p = exp(−2·D⁺²·n·m / (n + m))
 *
 * The formula is the limit for large samples and errs towards larger p, so alarms are rarer than said, never more frequent.
 * Source: Smirnov, 1939; Hodges, "The significance probability of the Smirnov two-sample test", 1958.
 */

/** What the test says; p = 1 where a sample is empty. */
export interface SmirnovResult {
  readonly statistic: number;
  readonly pValue: number;
}

/** Both samples in rising order. Equal values count on both sides at once. */
export function smirnovHigher(first: Float64Array, second: Float64Array): SmirnovResult {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1 };
  let [i, j] = [0, 0];
  let statistic = 0;
  while (i < n) {
    const value = first[i]!;
    while (i < n && first[i]! <= value) i++;
    while (j < m && second[j]! <= value) j++;
    statistic = Math.max(statistic, i / n - j / m);
  }
  return { statistic, pValue: Math.exp((-2 * statistic ** 2 * n * m) / (n + m)) };
}
