/** Counts with their noun, so that no sentence says "1 prompts". */

/** A count with thousands separated: 12034 → "12,034". */
export function groupedCount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** "1 model", "2 models", "1,200 models"; `many` where the plural takes more than an s. */
export function plural(value: number, one: string, many = `${one}s`): string {
  // By what is printed: a mean of 1.2 reads "1 prompt".
  const text = groupedCount(value);
  return `${text} ${text === "1" ? one : many}`;
}
