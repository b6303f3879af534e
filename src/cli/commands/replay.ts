/** signalbox replay: a decision log, router by router, and its scored answers as data. */
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { logAsResults, readLog, trafficByRouter } from "../../serving/replay-log.ts";
import type { RouterTraffic } from "../../serving/replay-log.ts";
import { isNotThere, noSuchPath } from "../../store/no-such-path.ts";
import { writeResultFile } from "../../store/write-result-file.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox replay decisions.jsonl
  $ signalbox replay decisions.jsonl --json
  $ signalbox replay decisions.jsonl -o live-data       then: signalbox fit live-data -o my-router`;

interface ReplayOptions {
  readonly output?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command("replay")
    .description("Compare the routers of a decision log, and turn its scored answers into data for compare and fit.")
    .argument("<log>", "a file with one JSON object a line: decisions, and feedback with their scores")
    .option("-o, --output <folder>", "write the scored answers that were logged with their content as result files")
    .option("--json", "machine-readable output")
    .addHelpText("after", examples)
    .action(async (path: string, { output, json }: ReplayOptions) => {
      const decisions = readLog(await textOf(path), path);
      if (output !== undefined) {
        const files = logAsResults(decisions, "00000000_000000");
        if (files.length === 0) throw nothingToWrite(path);
        for (const file of files) {
          // One file after the other: each is made in memory.
          // oxlint-disable-next-line no-await-in-loop
          await writeResultFile(output, file);
        }
        const rows = files.reduce((sum, { records }) => sum + records.length, 0);
        note(`${plural(rows, "scored answer")} of ${plural(files.length, "model")} written to ${output}`);
      }
      const traffic = trafficByRouter(decisions);
      print(json ? JSON.stringify({ decisions: decisions.length, routers: traffic }, null, 2) : tableOf(traffic));
    });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isNotThere(error)) throw noSuchPath(path, "Give the decision log.");
    throw error;
  }
}

function nothingToWrite(path: string): UsageError {
  return new UsageError({
    problem: "no decision has its content and a score",
    where: path,
    mend: "Log the content, and add feedback lines with scores.",
  });
}

function tableOf(traffic: readonly RouterTraffic[]): string {
  const head = [
    "router",
    "decisions",
    "scored",
    "score",
    "expected",
    "USD a call",
    "fallbacks",
    "shadow agrees",
    "models",
  ];
  const rows = traffic.map((one) => [
    one.router,
    String(one.decisions),
    String(one.scored),
    digits(one.meanScore),
    digits(one.expectedScore),
    digits(one.meanCostUsd),
    String(one.fallbacks),
    digits(one.shadowAgreement),
    Object.entries(one.models)
      .map(([model, count]) => `${model} ${count}`)
      .join(", "),
  ]);
  return alignedLines([head, ...rows], ["left"]).join("\n");
}

function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "—";
}
