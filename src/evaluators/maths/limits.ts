/**
 * How much of an answer the engine will read. Work is bounded by counting, never by a timer: the same answer gets the
 * same verdict on a slow machine. Power towers, factorials of factorials and thousands of brackets end here.
 */
export const limits = {
  characters: 2000,
  depth: 60,
  tokens: 600,
  exponent: 4096,
  factorial: 170,
  symbols: 12,
  literalDigits: 300,
  /** of an exact value on the way; a product of allowed powers may not pile up past it */
  bits: 20_000,
  listItems: 64,
} as const;
