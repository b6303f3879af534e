/** Whether a program printed what it should: line by line without blanks at their ends, numbers by value. */

/** @param tolerance relative, for numbers of which one has a fraction; whole numbers are compared exactly */
export function sameOutput(given: string, wanted: string, tolerance: number): boolean {
  const [ours, theirs] = [linesOf(given), linesOf(wanted)];
  if (ours.length !== theirs.length) return false;
  return ours.every((line, i) => line === theirs[i] || sameTokens(line, theirs[i] ?? "", tolerance));
}

function linesOf(text: string): string[] {
  const lines = text.replaceAll("\r\n", "\n").trim().split("\n");
  return lines.map((line) => line.trim());
}

function sameTokens(given: string, wanted: string, tolerance: number): boolean {
  const [ours, theirs] = [given.split(/\s+/), wanted.split(/\s+/)];
  return ours.length === theirs.length && ours.every((token, i) => sameToken(token, theirs[i] ?? "", tolerance));
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const integer = /^[+-]?\d+$/;

function sameToken(given: string, wanted: string, tolerance: number): boolean {
  if (given === wanted) return true;
  if (!number.test(given) || !number.test(wanted)) return false;
  if (integer.test(given) && integer.test(wanted)) return BigInt(given) === BigInt(wanted);
  const [ours, theirs] = [Number(given), Number(wanted)];
  return Math.abs(ours - theirs) <= tolerance * Math.max(1, Math.abs(theirs));
}
