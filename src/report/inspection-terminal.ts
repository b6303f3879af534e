/** What `inspect` prints: is there anything to route for, which models complement each other, and is the data whole. */
import { createColors } from "picocolors";
import type { Colors } from "picocolors/types.js";
import type { Inspection } from "../core/report.ts";
import { plural } from "../core/plural.ts";
import { count, oneLine, percent, usd } from "./format.ts";
import { complementaritySentences, dataSentences, headroomSentence } from "./inspection-sentences.ts";
import type { TerminalOptions } from "./terminal.ts";
import { alignedBlocks, section, widest, withNamesClipped, wrapped } from "./text-layout.ts";

/** Models beyond these are left to `--json`. */
export const shownModels = 15;

/** The whole inspection as text, ending in a line break. */
export function inspectionToTerminal(inspection: Inspection, { colour, width }: TerminalOptions): string {
  const paint = createColors(colour);
  const room = Math.max(60, width);
  const { data, prompts, models, datasets } = inspection;
  const subject = `${data.name}: ${plural(prompts, "prompt")}, ${plural(models, "model")}, ${plural(datasets, "data set")}`;
  return [
    paint.bold(wrapped(oneLine(headroomSentence(inspection)), room)),
    "",
    paint.dim(wrapped(`${oneLine(subject)}, ${plural(inspection.records, "record")}`, room)),
    ...table("Reference lines, all prompts", referenceRows(inspection), [0], room, paint),
    ...drawLine(inspection, room, paint),
    ...table("Data sets, accuracy in %", datasetRows(inspection), [0, 3], room, paint),
    ...table("Models, accuracy in %", modelRows(inspection), [0], room, paint),
    ...moreModels(inspection, paint),
    ...section("How the models complement each other", complementaritySentences(inspection).map(oneLine), room, paint),
    ...section("The data", dataSentences(inspection).map(oneLine), room, paint),
    ...section("Warnings", data.warnings.map(oneLine), room, paint),
    "",
  ].join("\n");
}

/** Two decimals: these count all prompts, nothing is estimated, and they are what one checks against a data card. */
function referenceRows({ bestSingle, datasetOracle, oracle, random }: Inspection): string[][] {
  const row = (title: string, line: Inspection["oracle"]) => [
    `  ${title}${line.name === undefined ? "" : ` (${oneLine(line.name)})`}`,
    percent(line.avgAcc, 2),
    percent(line.sampleMean, 2),
    usd(line.totalCostUsd),
  ];
  return [
    ["", "AvgAcc %", "Mean %", "Cost USD"],
    row("best single model", bestSingle),
    row("best model per data set", datasetOracle),
    row("oracle, best model per prompt", oracle),
    row("random model, expected", random),
  ];
}

/** How far one draw of the random model would stray from the expectation. */
function drawLine({ random: { drawSd } }: Inspection, width: number, paint: Colors): string[] {
  if (drawSd === null) return [];
  const text = `One draw of the random model strays from its AvgAcc by ± ${percent(drawSd, 2)} (one standard deviation).`;
  return [paint.dim(`  ${wrapped(text, width - 2, 2)}`)];
}

function datasetRows({ datasetRows: rows }: Inspection): string[][] {
  return [
    ["  Data set", "Prompts", "Best", "Best model", "Random", "Oracle", "None right"],
    ...rows.map((row) => [
      `  ${oneLine(row.label)}`,
      count(row.prompts),
      percent(row.best),
      oneLine(row.bestModel ?? ""),
      percent(row.random),
      percent(row.oracle),
      percent(row.allWrong),
    ]),
  ];
}

function modelRows({ modelRows: rows }: Inspection): string[][] {
  return [
    ["  Model", "AvgAcc", "Mean", "Cost USD", "USD/query", "Only it solves", "Failed"],
    ...byAccuracy(rows)
      .slice(0, shownModels)
      .map((row) => [
        `  ${oneLine(row.name)}`,
        percent(row.avgAcc),
        percent(row.sampleMean),
        usd(row.totalCostUsd),
        usd(row.meanCostUsd),
        count(row.uniqueSolves),
        count(row.failed),
      ]),
  ];
}

function byAccuracy(rows: Inspection["modelRows"]): Inspection["modelRows"] {
  return rows.toSorted((a, b) => (b.avgAcc ?? -1) - (a.avgAcc ?? -1));
}

function moreModels({ modelRows: rows }: Inspection, paint: Colors): string[] {
  const hidden = rows.length - shownModels;
  return hidden > 0 ? [paint.dim(`  … and ${hidden} more, see --json`)] : [];
}

/** A titled table with a rule under its head; too wide for the terminal, it goes on in a block below. */
function table(
  title: string,
  rows: readonly (readonly string[])[],
  nameColumns: readonly number[],
  width: number,
  paint: Colors,
): string[] {
  const align = rows[0]?.map((_, column) => (nameColumns.includes(column) ? "left" : "right")) ?? [];
  const fitting = withNamesClipped(rows, nameColumns, width);
  const blocks = alignedBlocks(fitting, align, width).flatMap(([head = "", ...lines], b) => [
    ...(b === 0 ? [] : [""]),
    paint.dim(head),
    paint.dim("─".repeat(widest([head, ...lines]))),
    ...lines,
  ]);
  return ["", paint.bold(title), ...blocks];
}
