/** What `analyze` prints: the question, the answer in sentences, then the tables. */
import { createColors } from "picocolors";
import type { Analysis, AnalysisTable, AnalysisUnit } from "../core/analysis.ts";
import { plural } from "../core/plural.ts";
import { count, dash, decimal, duration, oneLine, percent, signedPoints, usd } from "./format.ts";
import type { TerminalOptions } from "./terminal.ts";
import { alignedBlocks, section, withNamesClipped, wrapped } from "./text-layout.ts";

const indent = "  ";

/** The whole analysis as text, ending in a line break. */
export function analysisToTerminal(analysis: Analysis, { colour, width }: TerminalOptions): string {
  const paint = createColors(colour);
  const room = Math.max(60, width);
  return [
    paint.bold(wrapped(oneLine(`${analysis.title}: ${analysis.question}`), room)),
    paint.dim(wrapped(oneLine(`${analysis.data.name}: ${subjectText(analysis)}`), room)),
    ...section("Answer", analysis.findings.map(oneLine), room, paint),
    ...analysis.tables.flatMap((table) => [
      "",
      paint.bold(oneLine(table.title)),
      ...tableLines(table, room),
      ...(table.note === undefined ? [] : [paint.dim(wrapped(oneLine(table.note), room))]),
    ]),
    "",
  ].join("\n");
}

/** "1,550 prompts, 4 models, 3 data sets; seeds 42, 999; train ratio 0.7": what was counted, and under which settings. */
export function subjectText({ data, settings }: Analysis): string {
  const counted = `${plural(data.prompts, "prompt")}, ${plural(data.models, "model")}, ${plural(data.datasets, "data set")}`;
  const set = Object.entries(settings).map(
    ([name, value]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`,
  );
  return [counted, ...set].join("; ");
}

/** One cell in its column's unit. */
export function cellText(value: string | number | null, unit: AnalysisUnit): string {
  if (value === null) return dash;
  if (typeof value === "string") return oneLine(value);
  return numberText(value, unit);
}

/** A number in its unit, without the sign of the unit. */
export function numberText(value: number | null, unit: AnalysisUnit): string {
  switch (unit) {
    case "fraction":
      return percent(value);
    case "points":
      return signedPoints(value);
    case "usd":
      return usd(value);
    case "count":
      return count(value);
    case "seconds":
      return duration(value);
    case "text":
    case "number":
      return decimal(value, 3);
  }
}

/** A difference in its unit, with its sign. */
export function differenceText(value: number, unit: AnalysisUnit): string {
  if (unit === "points") return signedPoints(value);
  const size = numberText(Math.abs(value), unit);
  if (Number(size.replaceAll(",", "")) === 0) return size;
  return `${value > 0 ? "+" : "−"}${size}`;
}

/** "Curated %": what a head says of its unit. */
export function headText({ name, unit }: AnalysisTable["columns"][number]): string {
  if (unit === "fraction" && !name.endsWith("%")) return `${name} %`;
  if (unit === "usd") return `${name} USD`;
  if (unit === "seconds") return `${name} s`;
  return name;
}

/** The table, in as many blocks of columns as the width asks for. */
function tableLines({ columns, rows }: AnalysisTable, room: number): string[] {
  const cells = rows.map((row) => row.map((value, c) => cellText(value, columns[c]?.unit ?? "text")));
  const names = [...columns.keys()].filter((c) => columns[c]?.unit === "text");
  const fitted = withNamesClipped([columns.map(headText), ...cells], names, room - indent.length);
  const indented = fitted.map(([first = "", ...rest]) => [`${indent}${first}`, ...rest]);
  const align = columns.map(({ unit }) => (unit === "text" ? "left" : "right"));
  return alignedBlocks(indented, align, room).flatMap((lines, b) => (b === 0 ? lines : ["", ...lines]));
}
