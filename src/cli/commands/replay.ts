/** signalbox replay: a decision log, router by router, and its scored answers as data. */
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { loadRouter } from "../../experiment/artefact.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { readDecisionLog } from "../../serving/read-decision-log.ts";
import type { DecisionLog } from "../../serving/read-decision-log.ts";
import { logAsResults, trafficByRouter } from "../../serving/replay-log.ts";
import { replayWith } from "../../serving/replay-with.ts";
import type { ReplayedWith } from "../../serving/replay-with.ts";
import type { RouterTraffic } from "../../serving/replay-log.ts";
import { writeResultFile } from "../../store/write-result-file.ts";
import { replayedWithText } from "../replayed-with.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox replay .signalbox/calls.jsonl             what signalbox serve wrote (gateway.log of signalbox.yaml)
  $ signalbox replay replica-1.jsonl replica-2.jsonl --json
  $ signalbox replay calls.jsonl scores.jsonl -o live-data      then: signalbox fit live-data -o my-router
  $ signalbox replay calls.jsonl --router my-next-router        what it would have chosen, and what it expects of that

A line of scores: {"kind": "feedback", "requestId": "sb-…", "score": 1}; POST /v1/feedback writes them into the log itself.`;

interface ReplayOptions {
  readonly output?: string;
  readonly router?: string;
  readonly json?: boolean;
}

export function replayCommand(signal: AbortSignal): Command {
  return new Command("replay")
    .description("Compare the routers of a decision log, and turn its scored answers into data for compare and fit.")
    .argument("<logs...>", "files with one JSON object a line, read as one: decisions, and feedback with their scores")
    .option("-o, --output <folder>", "write the scored answers that were logged with their content as result files")
    .option(
      "--router <folder>",
      "ask a saved router about the logged prompts: how often it would have chosen otherwise",
    )
    .option("--json", "machine-readable output")
    .addHelpText("after", examples)
    .action((logs: string[], options: ReplayOptions) => replay(logs, options, signal));
}

async function replay(logs: readonly string[], options: ReplayOptions, signal: AbortSignal): Promise<void> {
  const { output, json, router } = options;
  const log = await readDecisionLog(logs, signal);
  const { decisions, named, alarms, odd, feedback } = log;
  if (odd.length > 0) note(`note: ${plural(odd.length, "line")} passed over that are none, the first at ${odd[0]}`);
  if (output !== undefined) await writeData(log, output, logs);
  const traffic = trafficByRouter(decisions);
  const anew = router === undefined ? undefined : await askedAnew(router, log, logs, signal);
  const raised = alarms.filter(({ isDrifting }) => isDrifting);
  if (json)
    return print(
      JSON.stringify(
        { decisions: decisions.length, named: named.length, feedback, routers: traffic, alarms, ...(anew && { anew }) },
        null,
        2,
      ),
    );
  print(tableOf(traffic));
  if (anew && router !== undefined) print(`\n${replayedWithText(basename(resolve(router)), anew)}`);
  if (traffic.some(({ isArm }) => isArm) && traffic.some(({ isArm }) => !isArm))
    note("not drawn: clients named the router, so these calls compare with no arm");
  const unknown = traffic.reduce((total, { unknownCosts }) => total + unknownCosts, 0);
  if (unknown > 0) note(`the cost of ${plural(unknown, "answer")} is not known, and not in USD an answer`);
  tellScores(log);
  if (raised.length > 0)
    note(`drift alarm raised ${raised.map(({ router, at }) => `for ${router} at ${at}`).join(", ")}`);
  if (named.length > 0) note(`${plural(named.length, "call")} to models that clients named, which no router decided`);
}

/** Scores that were taken for no call: a slip in an id, or a file that was not given, would lose them without a word. */
function tellScores({ feedback: { lines, unmatched, otherKey } }: DecisionLog): void {
  const of = plural(lines, "score");
  if (unmatched > 0) note(`${unmatched} of ${of} matched no call in these files, and count for nothing`);
  if (otherKey > 0) note(`${otherKey} of ${of} came from another key than the call's own, and count for nothing`);
}

/** @throws UsageError when no decision has a prompt to ask it about */
async function askedAnew(
  router: string,
  { decisions }: DecisionLog,
  logs: readonly string[],
  signal: AbortSignal,
): Promise<ReplayedWith> {
  const saved = await loadRouter(router);
  if (decisions.some(({ content }) => content !== null)) return await replayWith(saved, decisions, signal);
  const mend = "Log it: gateway.log, content: true.";
  throw new UsageError({ problem: "no decision has its content", where: logs.join(", "), mend });
}

async function writeData({ decisions, named }: DecisionLog, folder: string, logs: readonly string[]): Promise<void> {
  const files = logAsResults([...decisions, ...named], "00000000_000000");
  if (files.length === 0) throw nothingToWrite(logs.join(", "));
  for (const file of files) {
    // One file after the other: each is made in memory.
    // oxlint-disable-next-line no-await-in-loop
    await writeResultFile(folder, file);
  }
  const rows = files.reduce((sum, { records }) => sum + records.length, 0);
  note(`${plural(rows, "scored answer")} of ${plural(files.length, "model")} written to ${folder}`);
}

function nothingToWrite(path: string): UsageError {
  return new UsageError({
    problem: "no answer has its content and a score",
    where: path,
    mend: "Log the content (gateway.log, content: true), and give scores (POST /v1/feedback).",
  });
}

function tableOf(traffic: readonly RouterTraffic[]): string {
  const head = [
    "router",
    "decisions",
    "answered",
    "scored",
    "score",
    "expected",
    "USD an answer",
    "fallbacks",
    "shadow agrees",
    "models",
  ];
  const isSplit = traffic.some(({ isArm }) => isArm);
  const rows = traffic.map((one) => [
    isSplit && !one.isArm ? `${one.router} (not drawn)` : one.router,
    String(one.decisions),
    String(one.answered),
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
