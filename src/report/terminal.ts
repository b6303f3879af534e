/** The report as a person reads it first: verdict, leaderboard, findings, what was left out, legend. */
import { createColors } from "picocolors";
import type { Colors } from "picocolors/types.js";
import type { Report, RouterReport } from "../core/report.ts";
import { allFindings, baselineLine, leftOut, subjectLine } from "./facts.ts";
import { clip, oneLine } from "./format.ts";
import {
  intervalNote,
  leaderboard,
  leaderboardColumns,
  signLegend,
  standing,
  standingSigns,
  type Leaderboard,
  type LeaderboardColumn,
} from "./leaderboard.ts";
import { recordedCells, recordedHead, recordedNote, recordedTitle } from "./recorded-rows.ts";
import { alignedLines, section, widest, wrapped } from "./text-layout.ts";

export interface TerminalOptions {
  readonly colour: boolean;
  /** columns of the terminal; below 60 it is taken as 60 */
  readonly width: number;
}

interface TextColumn {
  readonly key: string;
  readonly title: string;
  /** the title for where the neighbours are not seen */
  readonly fullTitle: string;
  /** empty for the interval columns, which the column before explains */
  readonly legend: string;
  readonly cell: (router: RouterReport, digits: number) => string;
}

/** Given up in this order when the table is wider than the terminal. */
const dispensable = [
  "costSave interval",
  "decision",
  "avgAcc interval",
  "costSave",
  "perfGain",
  "cost",
  "pAdjusted",
  "delta interval",
];

const columns = leaderboardColumns.flatMap(withInterval);

/** The whole report as text, ending in a line break. Nothing in it is computed but layout. */
export function reportToTerminal(report: Report, { colour, width }: TerminalOptions): string {
  const paint = createColors(colour);
  const room = Math.max(60, width);
  const board = leaderboard(report);
  const { lines, shown } = leaderboardLines(board, room, paint);
  const findings = allFindings(report).map(oneLine);
  const missing = leftOut(report).map(oneLine);
  return [
    paint.bold(wrapped(oneLine(report.verdict), room)),
    "",
    paint.dim(wrapped(oneLine(subjectLine(report)), room)),
    paint.dim(wrapped(oneLine(baselineLine(report)), room)),
    "",
    ...lines,
    paint.dim(wrapped(intervalNote, room)),
    ...recordedLines(report, room, paint),
    ...section("Findings", findings, room, paint),
    ...section("Left out", missing, room, paint),
    ...section("Columns", legend(shown), room, paint),
    "",
    paint.dim(clip(`Split ${report.split.hash.slice(0, 16)} · encoder ${oneLine(report.encoder.fingerprint)}`, room)),
    ...keptLine(report).map((line) => paint.dim(line)),
    paint.dim(`Again: ${oneLine(report.reproduce)}`),
    "",
  ].join("\n");
}

/** Hosted routers below the leaderboard: table, then who answered. */
function recordedLines(report: Report, room: number, paint: Colors): string[] {
  const rows = report.recorded ?? [];
  if (rows.length === 0) return [];
  const { digits } = leaderboard(report);
  const cells = rows.map((row) => recordedCells(row, digits).map(oneLine));
  return [
    "",
    paint.bold(wrapped(recordedTitle, room)),
    ...alignedLines([recordedHead, ...cells]).map((line) => clip(line, room)),
    ...rows.map((row) => paint.dim(wrapped(oneLine(recordedNote(row)), room))),
  ];
}

/** Said only when it is so: the numbers are the same, the times are those of the earlier run. */
function keptLine({ provenance: { keptRuns }, routers, seeds }: Report): string[] {
  if (keptRuns === 0) return [];
  const total = routers.length * seeds.length;
  return [`${keptRuns} of ${total} runs were kept from an earlier comparison (--rerun computes them anew)`];
}

function leaderboardLines(board: Leaderboard, width: number, paint: Colors): { lines: string[]; shown: TextColumn[] } {
  const shown = fittingColumns(board, width);
  const lines = tableLines(board, shown);
  const rule = paint.dim("─".repeat(widest(lines)));
  const ranked = board.ranked.map((router, i) => painted(lines[1 + i] ?? "", router, paint));
  const reference = lines.slice(1 + board.ranked.length).map((line) => paint.dim(line));
  return {
    lines: [
      paint.bold(lines[0] ?? ""),
      rule,
      ...(ranked.length === 0 ? ["  no router is ranked"] : ranked),
      ...(reference.length === 0 ? [] : [rule, paint.dim("  reference lines, not ranked"), ...reference]),
    ],
    shown,
  };
}

/** All columns that fit; the dispensable ones go first. */
function fittingColumns(board: Leaderboard, width: number): TextColumn[] {
  let kept = columns;
  for (const key of dispensable) {
    if (widest(tableLines(board, kept)) <= width) return kept;
    kept = kept.filter((column) => column.key !== key);
  }
  return kept;
}

function tableLines(board: Leaderboard, shown: readonly TextColumn[]): string[] {
  const row = (sign: string, router: RouterReport) => [
    `${sign} ${clip(oneLine(router.name), 28)}`,
    ...shown.map((column) => column.cell(router, board.digits)),
  ];
  return alignedLines([
    ["  Router", ...shown.map((column) => column.title)],
    ...board.ranked.map((router) => row(standingSigns[standing(router)], router)),
    ...board.reference.map((router) => row(" ", router)),
  ]);
}

function withInterval(column: LeaderboardColumn): TextColumn[] {
  const { interval } = column;
  const textColumn = { ...column, fullTitle: column.title };
  return interval === undefined
    ? [textColumn]
    : [
        textColumn,
        {
          key: `${column.key} interval`,
          title: "[95 %]",
          fullTitle: `interval of ${column.title}`,
          legend: "",
          cell: interval,
        },
      ];
}

function painted(line: string, router: RouterReport, paint: Colors): string {
  const kind = standing(router);
  if (kind === "better") return paint.green(line);
  return kind === "worse" ? paint.red(line) : line;
}

function legend(shown: readonly TextColumn[]): string[] {
  const lines = shown.filter((column) => column.legend !== "").map((column) => `${column.title}: ${column.legend}`);
  const hidden = columns.filter((column) => !shown.includes(column)).map(({ fullTitle }) => fullTitle);
  const wider =
    hidden.length === 0
      ? []
      : [`Too narrow for: ${hidden.join(", ")}; widen the terminal, or see --report, --markdown or --json`];
  return [signLegend, ...lines, ...wider];
}
