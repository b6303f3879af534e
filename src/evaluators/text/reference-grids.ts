/**
 * How LLMRouterBench finds grids. Of one: the last closing bracket and the opening one that it balances, as JSON; else the
 * last nested array of numbers. Of several: the first that many. In its language true is 1, and 1.0 is too.
 */
export function referenceGrids(response: string, count: number): string[] {
  if (count === 1) {
    const end = response.lastIndexOf("]");
    const tail = end < 0 ? undefined : jsonGrid(response.slice(balancedStart(response, end), end + 1));
    const last = tail ?? nestedArrays(response).at(-1);
    return last === undefined ? [] : [last];
  }
  const first = nestedArrays(response).slice(0, count);
  return first.length === count ? first : [];
}

const nested = /\[\s*\[[\s\d,]*\](?:\s*,\s*\[[\s\d,]*\])*\s*\]/g;

function nestedArrays(text: string): string[] {
  return [...text.matchAll(nested)].flatMap(([array]) => jsonGrid(array) ?? []);
}

function balancedStart(text: string, end: number): number {
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    if (text[i] === "]") depth++;
    else if (text[i] === "[" && --depth === 0) return i;
  }
  return end;
}

function jsonGrid(text: string): string | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) return undefined;
    return JSON.stringify(
      rows.map((row: readonly unknown[]) => row.map((cell) => (typeof cell === "boolean" ? Number(cell) : cell))),
    );
  } catch {
    return undefined;
  }
}
