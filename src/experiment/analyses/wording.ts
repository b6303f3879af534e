/** Numbers inside an analysis's sentences. */

/** 0.6174 → "61.7" */
export function share(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

/** 0.012 → "+1.2", −0.012 → "−1.2" */
export function points(fraction: number): string {
  const text = Math.abs(100 * fraction).toFixed(1);
  if (Number(text) === 0) return "0.0";
  return `${fraction > 0 ? "+" : "−"}${text}`;
}
