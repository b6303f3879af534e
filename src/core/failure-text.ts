/** Answers that are none: the reference stores the error text of a call that failed where the answer would stand. */
const failurePrefixes = ["Processing failed:", "Unexpected error:", "Generation failed:"];
const longestPrefix = 64;

/** Whether an answer is the text of a failed call. Only the beginning is looked at. */
export function failureText(output: unknown): boolean {
  if (typeof output !== "string" || output === "") return false;
  const start = output.slice(0, longestPrefix).trimStart();
  return failurePrefixes.some((prefix) => start.startsWith(prefix));
}
