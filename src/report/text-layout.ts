/** Layout of plain text: aligned tables without frames, and words wrapped to a width. */
import Table from "cli-table3";
import type { Colors } from "picocolors/types.js";
import { clip } from "./format.ts";

const noFrame = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/**
 * Rows as aligned lines, one line a row; cells hold no line break. The first column is left-aligned, the others right,
 * unless `align` says otherwise. Wide characters and colour codes count as what they occupy.
 */
export function alignedLines(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[] = [],
): string[] {
  if (rows.length === 0) return [];
  const columns = rows[0]?.length ?? 0;
  const table = new Table({
    chars: noFrame,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_, column) => align[column] ?? (column === 0 ? "left" : "right")),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

/**
 * Aligned lines in blocks of columns, each no wider than `width` where that is possible: the first column opens every
 * block, so nothing is cut. There are as few blocks as can be, about equally wide. The first row is the head.
 */
export function alignedBlocks(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
  width: number,
): string[][] {
  const widths = columnWidths(rows);
  if (widths.length < 2) return [alignedLines(rows, align)];
  const fewest = columnBlocks(widths, width);
  const narrower = Array.from({ length: width }, (_, i) => columnBlocks(widths, i + 1));
  const even = narrower.find((blocks) => blocks.length === fewest.length) ?? fewest;
  return even.map((columns) => {
    const kept = [0, ...columns];
    return alignedLines(
      rows.map((row) => kept.map((c) => row[c] ?? "")),
      kept.map((c) => align[c] ?? (c === 0 ? "left" : "right")),
    );
  });
}

/** Columns of names are never clipped below this. */
const leastName = 16;
const mostName = 48;

/**
 * The rows with their columns of names clipped as far as the table needs to fit `width`, but never so far that two names
 * look alike. A table that cannot fit is left to `alignedBlocks`, with names that leave room for numbers beside them.
 */
export function withNamesClipped(
  rows: readonly (readonly string[])[],
  nameColumns: readonly number[],
  width: number,
): string[][] {
  const clippedTo = (room: number) =>
    rows.map((row) => row.map((cell, c) => (nameColumns.includes(c) ? clip(cell, room) : cell)));
  const different = (table: readonly (readonly string[])[]) =>
    nameColumns.map((c) => new Set(table.map((row) => row[c])).size).join(" ");
  const clear = Array.from({ length: mostName - leastName + 1 }, (_, i) => clippedTo(mostName - i)).filter(
    (table) => different(table) === different(rows),
  );
  const fitting = clear.find((table) => blockWidth(columnWidths(table)) <= width);
  if (fitting) return fitting;
  const short = clippedTo(Math.floor(width / (1 + nameColumns.length)));
  return different(short) === different(rows) ? short : rows.map((row) => [...row]);
}

/** Between two columns. */
const columnGap = noFrame.middle.length;

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, c) => widest(rows.map((row) => row[c] ?? "")));
}

function blockWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + columnGap * (widths.length - 1);
}

/** The columns but the first, filled into blocks that the first column opens; a block holds one column at least. */
function columnBlocks([first = 0, ...others]: readonly number[], width: number): number[][] {
  const blocks: number[][] = [];
  let used = Infinity;
  for (const [i, own] of others.entries()) {
    const fits = used + columnGap + own <= width;
    used = (fits ? used : first) + columnGap + own;
    if (fits) blocks.at(-1)?.push(i + 1);
    else blocks.push([i + 1]);
  }
  return blocks;
}

/**
 * Words wrapped to `width`; the lines after the first are indented by `indent` spaces. A word too long stays whole,
 * and a percent sign stays with its number.
 */
export function wrapped(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +(?!%)/)) {
    const room = lines.length === 0 ? width : width - indent;
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** A list of sentences, each wrapped, with hanging bullets. */
function bullets(sentences: readonly string[], width: number): string[] {
  return sentences.map((sentence) => `  • ${wrapped(sentence, width - 4, 4)}`);
}

/** A titled list, or nothing when the list is empty. */
export function section(title: string, sentences: readonly string[], width: number, paint: Colors): string[] {
  return sentences.length === 0 ? [] : ["", paint.bold(title), ...bullets(sentences, width)];
}

/** The length of the longest line; 0 without any. */
export function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => line.length));
}
