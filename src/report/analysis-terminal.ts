/** What `analyze` prints: the question, the answer in sentences, then the tables. */
import { createColors } from "picocolors";
import type { Analysis, AnalysisTable, AnalysisUnit } from "../core/analysis.ts";
import { plural } from "../core/plural.ts";
import { clip, count, dash, decimal, duration, oneLine, percent, signedPoints, usd } from "./format.ts";
import type { TerminalOptions } from "./terminal.ts";
import { alignedBlocks, section, wrapped } from "./text-layout.ts";

/** The whole analysis as text, ending in a line break. */
export function analysisToTerminal(analysis: Analysis, { colour, width }: TerminalOptions): string {
  const paint = createColors(colour);
  const room = Math.max(60, width);
  const { data, settings } = analysis;
  const subject = `${data.name}: ${plural(data.prompts, "prompt")}, ${plural(data.models, "model")}, ${plural(data.datasets, "data set")}`;
  return [
    paint.bold(wrapped(oneLine(`${analysis.title}: ${analysis.question}`), room)),
    paint.dim(wrapped(oneLine([subject, settingsText(settings)].filter((part) => part !== "").join("; ")), room)),
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

/** "seeds 42,999; train ratio 0.7": the settings as people read them. */
export function settingsText(settings: Analysis["settings"]): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`)
    .join("; ");
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

/** "Curated %": what a head says of its unit. */
export function headText({ name, unit }: AnalysisTable["columns"][number]): string {
  if (unit === "fraction" && !name.endsWith("%")) return `${name} %`;
  if (unit === "usd") return `${name} USD`;
  if (unit === "seconds") return `${name} s`;
  return name;
}

/** The table, in as many blocks of columns as the width asks for. */
function tableLines({ columns, rows }: AnalysisTable, room: number): string[] {
  const cells = rows.map((row) => row.map((value, c) => clip(cellText(value, columns[c]?.unit ?? "text"), 48)));
  const indented = [columns.map(headText), ...cells].map(([first = "", ...rest]) => [`  ${first}`, ...rest]);
  const align = columns.map(({ unit }) => (unit === "text" ? "left" : "right"));
  return alignedBlocks(indented, align, room).flatMap((lines, b) => (b === 0 ? lines : ["", ...lines]));
}
