/** signalbox harness: sets that their own harness scores: run where it is installed, results taken in. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { harnessNames, importHarnessResults } from "../../scoring/harness/import-harness-results.ts";
import type { HarnessName, ImportedHarness } from "../../scoring/harness/import-harness-results.ts";
import { runHarness, sweBenchRun, tau2Run } from "../../scoring/harness/run-harness.ts";
import type { HarnessRun } from "../../scoring/harness/run-harness.ts";
import { atLeast } from "../numbers.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox harness import swe-bench gpt-5.run-1.json --tasks verified.jsonl
  $ signalbox harness import tau2-bench simulations/airline-gpt-5.json
  $ signalbox harness run swe-bench --predictions patches.jsonl
  $ signalbox harness run tau2-bench --domain airline --agent gpt-5 --user gpt-4.1 --trials 4

The harness is the benchmark's own, installed by you; it is run without a shell. What it could not evaluate stays unscored, not 0.
Results of different versions of tau2-bench cannot be compared: the version stands in every record.`;

export function harnessCommand(signal: AbortSignal): Command {
  return new Command("harness")
    .description("Run the official harness of SWE-bench or tau2-bench, or take its results in.")
    .addHelpText("after", examples)
    .addCommand(importCommand().exitOverride())
    .addCommand(runCommand(signal).exitOverride());
}

interface ImportOptions {
  readonly model?: string;
  readonly tasks?: string;
  readonly output: string;
  readonly json?: true;
}

function withImportOptions(command: Command): Command {
  return command
    .option("--model <name>", "the model's name in results (default: as the harness names it)")
    .option(
      "--tasks <file>",
      "JSONL of the data set's rows: numbers the tasks, and tells what they ask (instance_id, problem_statement)",
    )
    .option("-o, --output <folder>", "where the result file goes, below results/bench/", ".")
    .option("--json", "the summary as JSON");
}

function importCommand(): Command {
  return withImportOptions(new Command("import"))
    .description("Results that a harness wrote, as a result file that compare reads.")
    .argument("<harness>", harnessNames.join(" or "))
    .argument("<path>", "the file or folder that it wrote")
    .action(async (harness: string, path: string, options: ImportOptions) => {
      await takeIn(harnessOf(harness), path, options);
    });
}

async function takeIn(harness: HarnessName, path: string, options: ImportOptions): Promise<void> {
  const { model, tasks, output, json } = options;
  const queries = tasks === undefined ? undefined : await queriesIn(tasks);
  const taken = await importHarnessResults(harness, path, { output, model, queries, now: () => new Date() });
  print(json ? JSON.stringify({ ...taken, mean: Number.isNaN(taken.mean) ? null : taken.mean }) : summary(taken));
}

function summary({ path, model, dataset, split, scored, mean, failed, untried }: ImportedHarness): string {
  const parts = [
    `${plural(scored, "task")} scored, mean ${Number.isNaN(mean) ? "—" : `${(mean * 100).toFixed(2)} %`}`,
    failed > 0 ? `${failed} that the harness could not evaluate: unscored` : "",
    untried > 0 ? `${untried} not tried` : "",
  ];
  return `${dataset}/${split} ${model}: ${parts.filter((part) => part !== "").join("; ")}\nwrote ${path}`;
}

const rowSchema = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  instance_id: z.string().optional(),
  query: z.string().optional(),
  problem_statement: z.string().optional(),
});

/** What each task asks, by its id. */
async function queriesIn(path: string): Promise<Map<string, string>> {
  const rows = (await readFile(path, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return new Map(
    rows.map((line, i) => {
      try {
        const {
          instance_id,
          id = instance_id,
          problem_statement,
          query = problem_statement,
        } = rowSchema.parse(JSON.parse(line));
        return [String(id), query ?? ""];
      } catch (cause) {
        throw new UsageError({
          problem: "not a row of the data set",
          where: `${path}, line ${i + 1}`,
          mend: "One row a line.",
          cause,
        });
      }
    }),
  );
}

interface RunOptions extends ImportOptions {
  readonly command?: string;
  readonly predictions?: string;
  readonly datasetName: string;
  readonly workers: number;
  readonly domain: string;
  readonly agent?: string;
  readonly user: string;
  readonly trials: number;
  readonly runId: string;
  readonly harnessData?: string;
}

function runCommand(signal: AbortSignal): Command {
  return withImportOptions(new Command("run"))
    .description("Run the installed harness, then take its results in.")
    .argument("<harness>", harnessNames.join(" or "))
    .option("--command <path>", "the harness's command (default: python3 for SWE-bench, tau2 for tau2-bench)")
    .option("--run-id <name>", "the name of the run", "signalbox")
    .option("--predictions <file>", "SWE-bench: patches, JSONL of instance_id, model_name_or_path, model_patch")
    .option("--dataset-name <name>", "SWE-bench: the set on the hub", "SWE-bench/SWE-bench_Verified")
    .option("--workers <n>", "SWE-bench: containers at once", atLeast(1), 4)
    .addOption(new Option("--domain <name>", "tau2-bench").choices(["airline", "retail", "telecom"]).default("airline"))
    .option("--agent <model>", "tau2-bench: the model that is tested, as litellm names it")
    .option("--user <model>", "tau2-bench: the model that plays the user", "gpt-4.1")
    .option("--trials <n>", "tau2-bench: runs of each task", atLeast(1), 1)
    .option("--harness-data <folder>", "tau2-bench: its data folder (default: TAU2_DATA_DIR)")
    .action(async (name: string, options: RunOptions) => {
      const harness = harnessOf(name);
      const run = harness === "swe-bench" ? sweBench(options) : tau2(options);
      const report = await runHarness(run, { signal, onOutput: (text) => note(text.trimEnd()) });
      await takeIn(harness, report, options);
    });
}

function sweBench({ predictions, datasetName, runId, workers, command = "python3" }: RunOptions): HarnessRun {
  if (predictions === undefined) throw missing("--predictions", "the patches to evaluate");
  return sweBenchRun({
    predictions: resolve(predictions),
    datasetName,
    runId,
    workers,
    folder: process.cwd(),
    command,
  });
}

function tau2(options: RunOptions): HarnessRun {
  const { agent, domain, user, trials, runId, command = "tau2" } = options;
  const folder = options.harnessData ?? process.env["TAU2_DATA_DIR"];
  if (agent === undefined) throw missing("--agent", "the model that is tested");
  if (folder === undefined) throw missing("--harness-data", "tau2's data folder, which holds simulations/");
  return tau2Run({ domain, agent, user, trials, runId, folder: resolve(folder), command });
}

function missing(option: string, what: string): UsageError {
  return new UsageError({ problem: `${option} is missing`, mend: `Give ${what}: ${option} …` });
}

function harnessOf(name: string): HarnessName {
  const found = harnessNames.find((known) => known === name);
  if (found) return found;
  throw new UsageError({ problem: `no harness "${name}"`, mend: `Known: ${harnessNames.join(", ")}.` });
}
