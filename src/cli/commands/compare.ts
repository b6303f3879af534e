/** signalbox compare: the leaderboard one can trust. */
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { UsageError, exitCodes } from "../../core/errors.ts";
import { reportSchema } from "../../core/report.ts";
import type { Report } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { checkComparison, checkSeeds } from "../../experiment/check-comparison.ts";
import { compareRouters, defaultSeeds } from "../../experiment/compare.ts";
import type { EncoderChoice } from "../../experiment/embed-table.ts";
import type { RunEngine } from "../../experiment/run-engine.ts";
import { reportToCsv } from "../../report/csv.ts";
import { reportToJson } from "../../report/json.ts";
import { reportToMarkdown } from "../../report/markdown.ts";
import { reportToTerminal } from "../../report/terminal.ts";
import { resolveOptions, routerByName } from "../../routers/registry.ts";
import { defaultCacheDir } from "../../store/cache-dir.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { list, readData, withDataOptions } from "../data-options.ts";
import type { OpenedData } from "../data-options.ts";
import { withEncoder } from "../../experiment/choose-encoder.ts";
import { anyNumber, atLeast, wholeNumber, wholeNumbers } from "../numbers.ts";
import { requireWritable, writeNamed, writeOutput } from "../outputs.ts";
import { reproduceCommand } from "../reproduce.ts";
import { withRunEngine, withSpreadOptions } from "../run-engine-choice.ts";
import { note, print, startProgress, terminalWidth, wantsColour } from "../terminal.ts";
import type { CompareCommandOptions } from "../compare-command-options.ts";

const examples = `
Examples:
  $ signalbox compare results/
  $ signalbox compare results/ --json out.json --report out.html --markdown out.md --csv out.csv
  $ signalbox compare results/ --routers avengers,knn,linear/ridge --seeds 42,999 --train-ratio 0.8
  $ signalbox compare results/ --ood aime                 one data set only tested, never trained on
  $ signalbox compare results/ --encoder transformers:all-MiniLM-L6-v2
  $ signalbox compare results/ --config compare.yaml --fail-unless-better
  $ signalbox compare results/ --engine bullmq --redis redis://queue.example:6379

A router is a name, or a name with a preset: avengers, avengers/reference, knn/vote.
Random, best-single, dataset-oracle and oracle are in every table. Test rows never choose anything.`;

type GivenOptions = Omit<CompareCommandOptions, "encoder"> & { readonly encoder?: string };

export function compareCommand(signal: AbortSignal): Command {
  return withSpreadOptions(withDataOptions(new Command("compare")))
    .description(
      "Compare routers on a table of results: one protocol, intervals on every number, a test for every ranking.",
    )
    .option("--routers <names>", "which routers (default: all)", list)
    .option("--seeds <numbers>", `split seeds (default: ${defaultSeeds.join(",")})`, wholeNumbers)
    .option("--train-ratio <ratio>", "share of each data set to train on (default: 0.7)", anyNumber)
    .option("--ood <datasets>", "data sets that are only tested, never trained on", list)
    .option("--split <mode>", "native, or compat for the reference's own split (default: native)", splitMode)
    .option("--encoder <spec>", "ngram, transformers:MODEL, openai:MODEL@URL or file:VECTORS (default: ngram)")
    .option("--best-single <model>", "the baseline model, instead of the best on the training part")
    .option("--threads <count>", "worker threads; results do not depend on it (default: all cores)", wholeNumber)
    .option("--rerun", "compute every run anew, though an earlier comparison kept some")
    .option("--no-keep", "keep no finished runs; without it a stopped comparison goes on where it stopped")
    .option("--draws <count>", "bootstrap draws (default: 10000)", atLeast(100))
    .option("--config <file>", "options from a YAML file; the command line wins")
    .option("--json [file]", "machine-readable output, to stdout or a file (schemas/compare.schema.json)")
    .option("--report <file>", "a self-contained HTML report")
    .option("--markdown <file>", "the leaderboard as Markdown")
    .option("--csv <file>", "the leaderboard as CSV, one row a router")
    .option("--fail-unless-better", "exit with 3 unless some router beats the best single model")
    .addHelpText("after", examples)
    .action(async (path: string, given: GivenOptions) => {
      const { report, options } = await compareAsTold(path, given, signal);
      await deliver(report, options);
      if (options.failUnlessBetter && !report.routers.some(beatsBestSingle)) process.exitCode = exitCodes.gate;
    });
}

/** The comparison that a path and the options of the command ask for. */
export async function compareAsTold(
  path: string,
  given: GivenOptions,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly options: CompareCommandOptions }> {
  const config = await readConfig(given.config);
  const options = { ...config, ...given };
  checkOptions(options, config);
  await requireWritable([options.json, options.report, options.markdown, options.csv]);
  const report = await withRunEngine(options, (engine) =>
    withEncoder(options.encoder, options, async (encoder) => {
      const data = await readData(path, options, signal);
      return await runComparison(data, { config, options, encoder, signal, engine });
    }),
  );
  return { report, options };
}

export interface ComparisonRun {
  readonly config: Config;
  readonly options: CompareCommandOptions;
  readonly encoder: EncoderChoice;
  readonly signal: AbortSignal;
  /** absent: this process computes */
  readonly engine?: RunEngine | undefined;
}

/** Runs the comparison with progress on stderr. */
export async function runComparison(
  data: OpenedData,
  { config, options, encoder, signal, engine }: ComparisonRun,
): Promise<Report> {
  const { prompts, models } = data.table;
  const seeds = options.seeds ?? defaultSeeds;
  const comparison = {
    split: { mode: options.split ?? "native", trainRatio: options.trainRatio ?? 0.7, ood: options.ood ?? [] },
    seeds,
    routerOptions: config.routerOptions,
    bestSingle: options.bestSingle,
  };
  checkComparison(data.table, comparison);
  if (!options.quiet) {
    const size = `${plural(prompts.length, "prompt")} × ${plural(models.length, "model")}`;
    note(`comparing on ${size}, ${plural(seeds.length, "seed")} …`);
  }
  const progress = startProgress("comparing", options.quiet ?? false);
  try {
    const report = await compareRouters(data.table, {
      ...comparison,
      routers: options.routers,
      encoder,
      name: data.name,
      warnings: data.warnings,
      recorded: data.recorded,
      reproduce: options.reproduce ?? reproduceCommand(data.path, options),
      draws: options.draws,
      threads: options.threads,
      engine,
      rerun: options.rerun,
      keepIn: keepFolder(options),
      signal,
      onProgress: (done, total, what) => progress.update(done, total, what),
    });
    return reportSchema.parse(report);
  } finally {
    progress.stop();
  }
}

/** Files first, so that a full disk does not hide behind a printed table; then the terminal, unless JSON goes there. */
export async function deliver(report: Report, options: CompareCommandOptions): Promise<void> {
  const quiet = options.quiet ?? false;
  if (options.report !== undefined) {
    const { reportToHtml } = await import("../../report/html.ts");
    await writeNamed(options.report, await reportToHtml(report), "report", quiet);
  }
  if (options.markdown !== undefined) await writeNamed(options.markdown, reportToMarkdown(report), "Markdown", quiet);
  if (options.csv !== undefined) await writeNamed(options.csv, reportToCsv(report), "CSV", quiet);
  if (typeof options.json === "string" && options.json !== "-")
    await writeNamed(options.json, reportToJson(report), "JSON", quiet);
  else if (options.json !== undefined) return writeOutput(true, reportToJson(report));
  print(reportToTerminal(report, { colour: wantsColour(), width: terminalWidth() }));
}

function beatsBestSingle({ cheats, deltaBestSingle: { mean, pAdjusted } }: Report["routers"][number]): boolean {
  return cheats === false && (mean ?? 0) > 0 && (pAdjusted ?? 1) < 0.05;
}

/** Beside the snapshots; nowhere when the user wants no cache. */
function keepFolder({ keep, cache }: CompareCommandOptions): string | undefined {
  if (keep === false || cache === false) return undefined;
  return join(typeof cache === "string" ? cache : defaultCacheDir(), "runs");
}

/** What can be told wrong before any data are read. @throws UsageError */
function checkOptions({ routers, trainRatio, seeds }: CompareCommandOptions, { routerOptions = {} }: Config): void {
  if (seeds) checkSeeds(seeds);
  for (const label of routers ?? []) {
    const { router, fixed } = routerByName(label);
    resolveOptions(router, { ...fixed, ...routerOptions[router.name] });
  }
  for (const [name, given] of Object.entries(routerOptions)) resolveOptions(routerByName(name).router, given);
  if (trainRatio === undefined || (trainRatio > 0 && trainRatio < 1)) return;
  throw new UsageError({
    problem: `${trainRatio} is not a share between 0 and 1`,
    where: "--train-ratio",
    mend: "Use 0.7, say: seven of ten prompts train.",
  });
}

function splitMode(value: string): "native" | "compat" {
  if (value !== "native" && value !== "compat") throw new InvalidArgumentError('Use "native" or "compat".');
  return value;
}
