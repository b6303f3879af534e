/** The report and the inspection as GitHub Markdown, for issues, pull requests and notes. */
import type { Report, RouterReport } from "../core/report.ts";
import { allFindings, baselineLine, leftOut, subjectLine } from "./facts.ts";
import { oneLine } from "./format.ts";
import { recordedCells, recordedHead, recordedNote, recordedTitle } from "./recorded-rows.ts";
import {
  intervalNote,
  leaderboard,
  leaderboardColumns,
  referenceNote,
  signLegend,
  standing,
  standingSigns,
} from "./leaderboard.ts";

/** Verdict, leaderboard, reference lines, findings, what was left out, columns, provenance. */
export function reportToMarkdown(report: Report): string {
  const board = leaderboard(report);
  const head = ["", "Router", ...leaderboardColumns.map((column) => column.title)];
  const row = (sign: string, router: RouterReport) => [sign, escaped(router.name), ...cells(router, board.digits)];
  const ranked = board.ranked.map((router) => row(standingSigns[standing(router)], router));
  const reference = board.reference.map((router) => row(referenceNote(router), router));
  return [
    `# ${escaped(report.data.name)}: which router?`,
    `**${escaped(report.verdict)}**`,
    escaped(subjectLine(report)),
    escaped(baselineLine(report)),
    "## Leaderboard",
    markdownTable([head, ...ranked]),
    ...(reference.length === 0 ? [] : ["Reference lines, not ranked:", markdownTable([head, ...reference])]),
    escaped(intervalNote),
    ...recordedPart(report, board.digits),
    ...list("Findings", allFindings(report)),
    ...list("Left out", leftOut(report)),
    ...list("Columns", [signLegend, ...leaderboardColumns.map((column) => `${column.title}: ${column.legend}`)]),
    "## Again",
    fenced(report.reproduce),
    `Split \`${report.split.hash}\`, data \`${report.data.digest}\`, encoder ${code(report.encoder.fingerprint)}, ${escaped(report.createdBy)}.`,
    "",
  ].join("\n\n");
}

function recordedPart(report: Report, digits: number): string[] {
  const rows = report.recorded ?? [];
  if (rows.length === 0) return [];
  const table = markdownTable([recordedHead, ...rows.map((row) => recordedCells(row, digits).map(escaped))]);
  return [`${recordedTitle}:`, table, rows.map((row) => `- ${escaped(recordedNote(row))}`).join("\n")];
}

/** A GitHub table; the first row is the head, the first two columns are left-aligned. Cells must be escaped already. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (column < 2 ? ":--" : "--:"));
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Text from the data as literal Markdown text of one line. */
export function escaped(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function cells(router: RouterReport, digits: number): string[] {
  return leaderboardColumns.map(({ cell, interval }) => {
    const range = interval?.(router, digits) ?? "";
    return range === "" ? cell(router, digits) : `${cell(router, digits)} ${range}`;
  });
}

function list(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [`## ${title}`, sentences.map((text) => `- ${escaped(text)}`).join("\n")];
}

function code(text: string): string {
  return `\`${oneLine(text).replaceAll("`", "'")}\``;
}

/** A code block whose fence is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${text.replaceAll("\r", "")}\n${fence}`;
}
