/**
 * Money as whole billionths of a USD: sums of many small amounts stay exact, here and in Redis, up to nine million USD.
 * The cheapest token on the market costs some ten of them.
 */
const nanosPerUsd = 1e9;

/** Of an amount spent. @throws RangeError when it is negative or not finite */
export function nanoUsd(usd: number): number {
  if (!(usd >= 0 && usd < Infinity)) throw new RangeError(`an amount of ${usd} USD`);
  return Math.round(usd * nanosPerUsd);
}

export function usdOf(nanos: number): number {
  return nanos / nanosPerUsd;
}
