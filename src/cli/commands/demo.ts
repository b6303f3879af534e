/** signalbox demo: the main job end to end, on a simulated pool: collected over HTTP on this machine, scored, compared. */
import { join } from "node:path";
import { Command } from "commander";
import { inspectTable } from "../../experiment/inspect.ts";
import { inspectionToTerminal } from "../../report/inspection-terminal.ts";
import type { ScoreStatus } from "../../core/evaluator.ts";
import { plural } from "../../core/plural.ts";
import type { RescoreReport } from "../../scoring/rescore.ts";
import { usd } from "../../report/format.ts";
import { readData } from "../data-options.ts";
import { collectDemo, scoreDemo } from "../demo-collection.ts";
import type { DemoCollection } from "../demo-collection.ts";
import { shellWord } from "../shell-word.ts";
import { note, print, terminalWidth, wantsColour } from "../terminal.ts";
import { atLeast } from "../numbers.ts";
import { deliver, runComparison } from "./compare.ts";

const notice = `SIMULATED DATA. The models' skills and prices follow Tables 9 and 10 of LLMRouterBench (arXiv 2601.07206);
the questions and answers are made by program. This shows how signalbox works, not how these models do.`;

const examples = `
Examples:
  $ signalbox demo
  $ signalbox demo --out /tmp/demo --prompts 60`;

const seed = 7;

/** One of each family that is fitted in a second or so; signalbox compare runs the full table. */
const shownRouters = [
  "cheapest",
  "priciest",
  "knn",
  "linear",
  "embedllm-mf",
  "hybridllm",
  "avengers",
  "avengers-pro",
  "auto",
];

export function demoCommand(signal: AbortSignal): Command {
  return new Command("demo")
    .description(
      "Collect from simulated models over HTTP, score, compare routers, write a report. Offline, nothing is spent.",
    )
    .option(
      "-o, --out <folder>",
      "where prompts, answers, results, leaderboard and report are written",
      "signalbox-demo",
    )
    .option("--prompts <count>", "prompts per domain", atLeast(20), 100)
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async ({ out, prompts, quiet }: { out: string; prompts: number; quiet?: boolean }) => {
      print(`${notice}\n\n`);
      const results = join(out, "data");
      const demo = { out, promptsPerDomain: prompts, seed, quiet: quiet ?? false, signal };
      const collection = await collectDemo(demo);
      const scored = await scoreDemo(collection.output, results, signal);
      print(`${collectedText(collection)}\n${scoredText(scored)}\n\n`);
      const reproduce = `npx signalbox demo --out ${shellWord(out)} --prompts ${prompts}`;
      const options = { quiet: quiet ?? false, cache: join(out, "cache"), reproduce };
      const data = await readData(results, options, signal);
      const named = { ...data, name: "simulated pool" };
      const look = { colour: wantsColour(), width: terminalWidth() };
      print(inspectionToTerminal(inspectTable(data.table, named.name, data.warnings), look));
      const report = await runComparison(named, {
        config: {},
        options: { ...options, keep: false, routers: [...shownRouters] },
        encoder: { kind: "ngram" },
        signal,
      });
      const file = (name: string): string => join(out, name);
      await deliver(report, {
        quiet: true,
        report: file("report.html"),
        markdown: file("leaderboard.md"),
        csv: file("leaderboard.csv"),
        json: file("report.json"),
      });
      if (!quiet)
        note(
          `\nOpen ${file("report.html")}. Results: ${results}. Next: npx signalbox fit ${shellWord(results)} -o my-router`,
        );
    });
}

function collectedText({ collected: { models }, repeated, inputTokens, outputTokens }: DemoCollection): string {
  const sum = (of: (model: (typeof models)[number]) => number): number =>
    models.reduce((total, model) => total + of(model), 0);
  const [done, failed, costUsd] = [
    sum((model) => model.done),
    sum((model) => model.failed),
    sum(({ costUsd }) => costUsd),
  ];
  const millions = (tokens: number): string => `${(tokens / 1e6).toFixed(1)} M`;
  return [
    `Collected over HTTP from a simulated provider: ${plural(done, "answer")} of ${plural(models.length, "model")}, ${plural(failed, "failure")},`,
    `${plural(repeated, "attempt")} repeated; ${millions(inputTokens)} tokens in, ${millions(outputTokens)} out, ${usd(costUsd)} simulated USD.`,
  ].join("\n");
}

function scoredText({ runs }: RescoreReport): string {
  const count = (...statuses: readonly ScoreStatus[]): number =>
    runs.reduce((sum, run) => sum + statuses.reduce((own, status) => own + (run.statuses[status] ?? 0), 0), 0);
  const silent = count("no-answer", "unparseable");
  return `Scored by the letter they choose: ${plural(count("scored") + silent, "answer")}, ${silent} without one.`;
}
