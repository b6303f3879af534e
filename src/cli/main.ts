#!/usr/bin/env node
/** The command line: parses, runs one command, prints, sets the exit code. The only file that ends the process. */
import { setMaxListeners } from "node:events";
import { Command, CommanderError } from "commander";
import { InterruptedError, SignalboxError, exitCodes } from "../core/errors.ts";
import { version } from "../version.ts";
import { analyzeCommand } from "./commands/analyze.ts";
import { cacheCommand } from "./commands/cache.ts";
import { checkCommand } from "./commands/check.ts";
import { collectCommand } from "./commands/collect.ts";
import { compareCommand } from "./commands/compare.ts";
import { datasetsCommand } from "./commands/datasets.ts";
import { demoCommand } from "./commands/demo.ts";
import { embedCommand } from "./commands/embed.ts";
import { encoderCommand } from "./commands/encoder.ts";
import { evaluatorsCommand } from "./commands/evaluators.ts";
import { exportCommand } from "./commands/export.ts";
import { fetchCommand } from "./commands/fetch.ts";
import { fitCommand } from "./commands/fit.ts";
import { harnessCommand } from "./commands/harness.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { keysCommand } from "./commands/keys.ts";
import { poolCommand } from "./commands/pool.ts";
import { pricesCommand } from "./commands/prices.ts";
import { recordCommand } from "./commands/record.ts";
import { replayCommand } from "./commands/replay.ts";
import { routeCommand } from "./commands/route.ts";
import { scoreCommand } from "./commands/score.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { workerCommand } from "./commands/worker.ts";
import { spendCommand } from "./commands/spend.ts";
import { verifyCommand } from "./commands/verify.ts";
import { note, printError } from "./terminal.ts";

const help = `
Examples:
  $ signalbox demo                                      a simulated pool, measured end to end, offline
  $ signalbox inspect results/                          what the data hold: models, data sets, costs, headroom
  $ signalbox compare results/ --report report.html     which router pays, with intervals and tests
  $ signalbox fit results/ --router avengers -o my-router
  $ signalbox route --router my-router "What is 17 * 23?"
  $ signalbox serve --router my-router                  the same, as a gateway for your OpenAI client

Exit codes: 0 ok, 1 the run failed, 2 wrong usage or config, or an input that is not there, 3 a gate was not met (--fail-unless-better), 130 interrupted.
Environment: NO_COLOR, COLUMNS (width where there is no terminal), SIGNALBOX_CACHE (snapshots, vectors, answers, data sets), SIGNALBOX_MODELS (local encoders).`;

/** Stops running work on Ctrl-C; a second Ctrl-C ends at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  // Every worker and request listens; that is no leak.
  setMaxListeners(0, controller.signal);
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    note("stopping … (again to stop at once)");
    controller.abort(new InterruptedError({ problem: "interrupted" }));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}

function buildProgram(signal: AbortSignal): Command {
  const program = new Command("signalbox")
    .description("LLM routing, measured honestly: which model should answer which query, and does routing pay at all.")
    .version(version, "-v, --version")
    .addHelpText("after", help)
    .showHelpAfterError("(run with --help for options and examples)")
    .exitOverride();
  const commands = [
    demoCommand,
    inspectCommand,
    compareCommand,
    analyzeCommand,
    fitCommand,
    routeCommand,
    serveCommand,
    replayCommand,
    poolCommand,
    embedCommand,
    encoderCommand,
    fetchCommand,
    datasetsCommand,
    initCommand,
    checkCommand,
    collectCommand,
    cacheCommand,
    workerCommand,
    recordCommand,
    simulateCommand,
    pricesCommand,
    keysCommand,
    spendCommand,
    exportCommand,
    evaluatorsCommand,
    harnessCommand,
    scoreCommand,
    verifyCommand,
  ];
  for (const make of commands) program.addCommand(make(signal).exitOverride());
  return program;
}

async function main(): Promise<number> {
  const signal = interruptSignal();
  try {
    await buildProgram(signal).parseAsync();
    return typeof process.exitCode === "number" ? process.exitCode : exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (signal.aborted) {
      note("interrupted; nothing was left half-written");
      return exitCodes.interrupted;
    }
    if (error instanceof SignalboxError) {
      printError(error);
      return error.exitCode;
    }
    throw error;
  }
}

process.exit(await main());
