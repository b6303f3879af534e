/** Grids of digits in a text: JSON arrays of rows, or rows of digits with blanks between. */

/** Rows of digits; undefined for one that is written as a grid but is none: ragged, or with a cell that is no digit. */
export type NumberGrid = readonly (readonly number[])[] | undefined;

/** All grids in the order they stand in. */
export function numberGrids(text: string): NumberGrid[] {
  const arrays = arraysOf(text);
  const blank = arrays.reduce(
    (rest, { start, end }) => rest.slice(0, start) + " ".repeat(end - start) + rest.slice(end),
    text,
  );
  return [...arrays, ...blocksOf(blank)].toSorted((a, b) => a.start - b.start).map(({ grid }) => grid);
}

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly grid: NumberGrid;
}

/** Innermost arrays of arrays: of a list of grids each one. */
function arraysOf(text: string): Placed[] {
  const found: Placed[] = [];
  const open: { readonly start: number; readonly rows: { start: number; end: number }[]; grids: number }[] = [];
  for (let i = 0; i < text.length && open.length < 64; i++) {
    if (text[i] === "[") open.push({ start: i, rows: [], grids: 0 });
    if (text[i] !== "]") continue;
    const closed = open.pop();
    const parent = open.at(-1);
    if (!closed) continue;
    if (closed.rows.length > 0) {
      const between = outside(text.slice(closed.start + 1, i), closed);
      if (/^[\s,]*$/.test(between)) found.push({ start: closed.start, end: i + 1, grid: gridOf(text, closed.rows) });
    } else parent?.rows.push({ start: closed.start + 1, end: i });
  }
  return found;
}

/** What stands in an array beside its rows: commas and blanks, if it is a grid. */
function outside(
  inner: string,
  { start, rows }: { start: number; rows: readonly { start: number; end: number }[] },
): string {
  let rest = "";
  let from = 0;
  for (const row of rows) {
    rest += inner.slice(from, row.start - start - 2);
    from = row.end - start;
  }
  return rest + inner.slice(from);
}

function gridOf(text: string, rows: readonly { start: number; end: number }[]): NumberGrid {
  return digits(
    rows.map((row) =>
      text
        .slice(row.start, row.end)
        .split(/\s*,\s*|\s+/)
        .map((cell) => cell.trim())
        .filter(Boolean),
    ),
  );
}

const rowOfDigits = /^[ \t|]*\d(?:[ \t,|]+\d)*[ \t,|]*$/;

/** Lines of nothing but digits, one below the other. A single digit alone is a number, no grid. */
function blocksOf(text: string): Placed[] {
  const found: Placed[] = [];
  let at = 0;
  let rows: string[][] = [];
  let start = 0;
  const close = (end: number): void => {
    if (rows.length > 1 || (rows[0]?.length ?? 0) > 1) found.push({ start, end, grid: digits(rows) });
    rows = [];
  };
  for (const line of text.split("\n")) {
    if (rowOfDigits.test(line)) {
      if (rows.length === 0) start = at;
      rows.push(line.match(/\d/g) ?? []);
    } else close(at);
    at += line.length + 1;
  }
  close(at);
  return found;
}

function digits(cells: readonly (readonly string[])[]): NumberGrid {
  const width = cells[0]?.length ?? 0;
  const sound = width > 0 && cells.every((row) => row.length === width && row.every((cell) => /^\d$/.test(cell)));
  return sound ? cells.map((row) => row.map(Number)) : undefined;
}
