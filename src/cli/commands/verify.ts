/** signalbox verify: every stored number computed again, from the answers and results beneath it. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { DataError, UsageError, exitCodes } from "../../core/errors.ts";
import { groupedCount, plural } from "../../core/plural.ts";
import { reportSchema } from "../../core/report.ts";
import type { Report } from "../../core/report.ts";
import { reportDifferences } from "../../experiment/report-differences.ts";
import type { ReportDifference } from "../../experiment/report-differences.ts";
import { verifyResults } from "../../scoring/verify-results.ts";
import type { VerifiedResults } from "../../scoring/verify-results.ts";
import { sandboxEngines } from "../../sandbox/open-sandbox.ts";
import type { SandboxEngine } from "../../sandbox/open-sandbox.ts";
import { knownDatasets } from "../known-datasets.ts";
import { shellWords } from "../shell-words.ts";
import { note, print, startProgress } from "../terminal.ts";
import { withSandbox } from "../with-sandbox.ts";
import { compareAsTold, compareCommand } from "./compare.ts";

const examples = `
Examples:
  $ signalbox verify results/                     totals of every file; scores from the stored answers
  $ signalbox verify results/ --sandbox           programs, too
  $ signalbox verify report.json                  the whole comparison again, number by number
  $ signalbox verify report.json --data results/  where the data lie elsewhere than the report says

A report is what compare --json wrote. Exit code 1 when any number does not come out; what differs is listed.`;

interface VerifyOptions {
  readonly sandbox?: SandboxEngine | true;
  readonly data?: string;
  readonly json?: true;
  readonly quiet?: true;
}

interface Verdict {
  readonly results?: VerifiedResults | undefined;
  readonly report?: { readonly numbers: number; readonly differences: readonly ReportDifference[] };
}

export function verifyCommand(signal: AbortSignal): Command {
  return new Command("verify")
    .description("Compute every stored number again and fail when one does not come out.")
    .argument("<path>", "a results folder, or a report written by compare --json")
    .addOption(
      new Option(
        "--sandbox [engine]",
        "run stored programs again, in this sandbox: auto, bwrap or pyodide (default: their scores are taken as stored)",
      ).choices(sandboxEngines),
    )
    .option("--data <path>", "the data of the report (default: as the report says)")
    .option("--json", "as JSON")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (path: string, options: VerifyOptions) => {
      const verdict = path.endsWith(".json")
        ? await verifyReport(path, options, signal)
        : { results: await verifyFolder(path, options, signal) };
      if (options.json) print(JSON.stringify(verdict, undefined, 2));
      else print(verdictText(verdict));
      const wrong = (verdict.results?.mismatches.length ?? 0) + (verdict.report?.differences.length ?? 0);
      if (wrong > 0) process.exitCode = exitCodes.failed;
    });
}

async function verifyFolder(path: string, options: VerifyOptions, signal: AbortSignal): Promise<VerifiedResults> {
  const { quiet, sandbox: engine } = options;
  const progress = startProgress("verifying", quiet ?? false);
  const onProgress = (done: number, total: number): void => progress.update(done, total, "files");
  try {
    const given = { datasets: await knownDatasets(), signal, onProgress };
    if (engine === undefined) return await verifyResults(path, given);
    return await withSandbox(engine === true ? "auto" : engine, (sandbox) =>
      verifyResults(path, { ...given, sandbox }),
    );
  } finally {
    progress.stop();
  }
}

async function verifyReport(path: string, options: VerifyOptions, signal: AbortSignal): Promise<Verdict> {
  const stored = await readReport(path);
  const { dataPath, given } = askedFor(stored, path);
  const data = options.data ?? dataPath;
  const isFolder = (await stat(data).catch(() => undefined))?.isDirectory() ?? false;
  const results = isFolder ? await verifyFolder(data, options, signal) : undefined;
  if (!options.quiet) note(`computing again: ${stored.reproduce}`);
  const { report } = await compareAsTold(data, { ...given, rerun: true, keep: false, quiet: options.quiet }, signal);
  // As JSON, so that what the file cannot hold is compared as the file holds it.
  const computed: unknown = JSON.parse(JSON.stringify(report));
  return { results, report: { numbers: countNumbers(stored), differences: reportDifferences(stored, computed) } };
}

async function readReport(path: string): Promise<Report> {
  const mend = "Give a report that signalbox compare --json wrote, or a results folder.";
  let body: unknown;
  try {
    body = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new UsageError({ problem: "cannot be read as JSON", where: path, mend, cause });
  }
  const parsed = reportSchema.safeParse(body);
  if (!parsed.success) throw new DataError({ problem: "is no report of signalbox", where: path, mend });
  return parsed.data;
}

interface Asked {
  readonly dataPath: string;
  readonly given: Parameters<typeof compareAsTold>[1];
}

/** The report's own command, read by the parser of compare; nothing of it is handed to a shell. */
function askedFor({ reproduce, seeds, routers }: Report, path: string): Asked {
  const [, , name, ...words] = shellWords(reproduce);
  if (name === "demo") {
    const dataPath = join(words[words.indexOf("--out") + 1] ?? "", "data");
    return { dataPath, given: { seeds, routers: routers.map((router) => router.name) } };
  }
  const command = compareCommand(AbortSignal.abort());
  const { operands } = command.parseOptions(words);
  const [dataPath] = operands;
  if (name !== "compare" || dataPath === undefined) {
    throw new UsageError({
      problem: `its command is "${reproduce}", which no comparison can be read from`,
      where: path,
      mend: "Write the report with signalbox compare --json.",
    });
  }
  return { dataPath, given: command.opts() };
}

function countNumbers(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + countNumbers(inner), 0);
}

const failure = (count: number): string =>
  `NOT verified: ${plural(count, "number")} ${count === 1 ? "does" : "do"} not come out`;

const linesShown = 40;

function verdictText({ results, report }: Verdict): string {
  const wrong = [
    ...(results?.mismatches ?? []).map(({ where, what, stored, computed }) => ({
      where: `${where}: ${what}`,
      stored,
      computed,
    })),
    ...(report?.differences ?? []),
  ].map(({ where, stored, computed }) => `${where} is ${shown(stored)}, comes out as ${shown(computed)}`);
  const more = wrong.length > linesShown ? [`… and ${wrong.length - linesShown} more`] : [];
  return [
    ...wrong.slice(0, linesShown),
    ...more,
    ...(results ? [resultsLine(results), ...results.notRecomputed.map(notRecomputedLine)] : []),
    ...(report
      ? [`report: ${plural(report.numbers, "number")}, ${plural(report.differences.length, "difference")}`]
      : []),
    wrong.length === 0 ? "verified: every number comes out" : failure(wrong.length),
  ].join("\n");
}

function resultsLine({ files, records, rescored, otherwise, taken, mismatches }: VerifiedResults): string {
  const other =
    otherwise > 0 ? ` (${plural(otherwise, "score")} by another rule than ours: see signalbox score --dry-run)` : "";
  return (
    `results: ${plural(files, "file")}, ${plural(records, "record")}, ${plural(rescored, "score")} computed again from stored answers${other}, ` +
    `${plural(taken, "score")} taken as stored, ${plural(mismatches.length, "mismatch", "mismatches")}`
  );
}

const notRecomputedLine = ({ why, count }: VerifiedResults["notRecomputed"][number]): string =>
  `  not computed again: ${groupedCount(count)}: ${why}`;

const shown = (value: unknown): string => (value === undefined ? "absent" : JSON.stringify(value));
