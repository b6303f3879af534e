/** Layout of plain text: aligned tables without frames, and words wrapped to a width. */
import Table from "cli-table3";
import type { Colors } from "picocolors/types.js";

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
 * block, so nothing is cut. The first row is the head.
 */
export function alignedBlocks(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
  width: number,
): string[][] {
  const columns = rows[0]?.length ?? 0;
  const block = (from: number, to: number): string[] => {
    const kept = [0, ...Array.from({ length: to - from }, (_, c) => from + c)];
    return alignedLines(
      rows.map((row) => kept.map((c) => row[c] ?? "")),
      kept.map((c) => align[c] ?? (c === 0 ? "left" : "right")),
    );
  };
  if (columns < 2) return [alignedLines(rows, align)];
  const blocks: string[][] = [];
  for (let from = 1; from < columns;) {
    let to = columns;
    while (to > from + 1 && widest(block(from, to)) > width) to--;
    blocks.push(block(from, to));
    from = to;
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
