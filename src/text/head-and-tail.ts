/**
 * Over-long prompts keep their head and their tail: instructions stand at the start, the question at the end.
 * Two thirds of the budget go to the head, one third to the tail.
 */

/** `text` itself when it fits, else its first 2/3 and last 1/3 of `budget` UTF-16 units; never half a surrogate pair. */
export function headAndTail(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const tail = Math.floor(budget / 3);
  let headEnd = budget - tail;
  let tailStart = text.length - tail;
  if (isHighSurrogate(text.charCodeAt(headEnd - 1))) headEnd--;
  if (tailStart < text.length && isHighSurrogate(text.charCodeAt(tailStart - 1))) tailStart++;
  return text.slice(0, headEnd) + text.slice(tailStart);
}

/** How `headAndTail` reads in a fingerprint. */
export function headAndTailText(budget: number): string {
  return `head 2/3 + tail 1/3 of ${budget} characters`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
