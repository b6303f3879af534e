/** signalbox demo: the main job end to end, offline, on a simulated pool. */
import { join } from "node:path";
import { Command } from "commander";
import { inspectTable } from "../../experiment/inspect.ts";
import { inspectionToTerminal } from "../../report/inspection-terminal.ts";
import { simulatedResultFiles } from "../../simulate/result-files.ts";
import { writeResultFile } from "../../store/write-result-file.ts";
import { readData } from "../data-options.ts";
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
    .description("Simulate a pool of models, write its results, compare routers on them, write a report. Offline.")
    .option("-o, --out <folder>", "where results, leaderboard and report are written", "signalbox-demo")
    .option("--prompts <count>", "prompts per domain", atLeast(20), 120)
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async ({ out, prompts, quiet }: { out: string; prompts: number; quiet?: boolean }) => {
      print(`${notice}\n`);
      const results = join(out, "data");
      for (const file of simulatedResultFiles(prompts, seed)) await writeResultFile(results, file);
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
