/** signalbox analyze: one question about the table, answered with a picture. */
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { DataError, UsageError } from "../../core/errors.ts";
import { analyses, analysisByName, analyze } from "../../experiment/analyses/registry.ts";
import type { ModelSpeed, NamedEncoder } from "../../experiment/analyses/analysis.ts";
import { analysisToHtml } from "../../report/analysis-html.ts";
import { analysisToTerminal } from "../../report/analysis-terminal.ts";
import { analysisToJson } from "../../report/json.ts";
import { routerByName } from "../../routers/registry.ts";
import { isNotThere, noSuchPath } from "../../store/no-such-path.ts";
import { list, readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { chooseEncoder } from "../../experiment/choose-encoder.ts";
import { anyNumber, atLeast, wholeNumbers } from "../numbers.ts";
import { requireWritable, writeNamed, writeOutput } from "../outputs.ts";
import { print, startProgress, terminalWidth, wantsColour } from "../terminal.ts";

const examples = `
Analyses:
${analyses.map(({ name, question }) => `  ${name.padEnd(16)} ${question}`).join("\n")}

Examples:
  $ signalbox analyze complementarity results/ --report complementarity.html
  $ signalbox analyze recall results/ --routers auto,knn,linear
  $ signalbox analyze embeddings results/ --encoder ngram --encoder transformers:all-MiniLM-L6-v2
  $ signalbox analyze pool-size results/ --routers knn --random-pools 10
  $ signalbox analyze latency results/ --speeds speeds.csv

--speeds reads CSV with the columns model, timeToFirstTokenSeconds, tokensPerSecond. Curated pools and every router are
chosen on the training part of each seed; the figures are those of its test part.`;

interface AnalyzeOptions extends DataOptions {
  readonly routers?: string[];
  readonly seeds: number[];
  readonly trainRatio: number;
  readonly encoder?: string[];
  readonly speeds?: string;
  readonly randomPools: number;
  readonly latencyWeight: number;
  readonly draws: number;
  readonly json?: string | true;
  readonly report?: string;
}

export function analyzeCommand(signal: AbortSignal): Command {
  const command = new Command("analyze")
    .description("Answer one question about the data, with a picture: see the list below.")
    .argument("<analysis>", analyses.map(({ name }) => name).join(", "));
  return withDataOptions(command)
    .option(
      "--routers <names>",
      "which routers; pool analyses follow the first (default: knn, linear, avengers; online: linucb, thompson)",
      list,
    )
    .option("--seeds <numbers>", "split seeds", wholeNumbers, [42, 999, 2024])
    .option("--train-ratio <share>", "share of each data set that trains", anyNumber, 0.7)
    .option("--encoder <spec>", "as in compare; repeat it to compare encoders", collect)
    .option("--speeds <file>", "speeds of the models, for latency where the data record none")
    .option("--random-pools <n>", "random pools of each size, for pool-size", atLeast(1), 20)
    .option("--latency-weight <w>", "accuracy that a tenfold latency costs, for latency", anyNumber, 0.1)
    .option("--draws <n>", "bootstrap resamples", atLeast(100), 2000)
    .option("--json [file]", "machine-readable output, to stdout or a file (schemas/analysis.schema.json)")
    .option("--report <file>", "the same as an HTML page with the picture")
    .addHelpText("after", examples)
    .action((name: string, path: string, options: AnalyzeOptions) => runAnalysis(name, path, options, signal));
}

async function runAnalysis(name: string, path: string, options: AnalyzeOptions, signal: AbortSignal): Promise<void> {
  const kind = analysisByName(name);
  const routers = options.routers ?? kind.usualRouters ?? ["knn", "linear", "avengers"];
  for (const label of routers) routerByName(label);
  const speeds = options.speeds === undefined ? undefined : await readSpeeds(options.speeds);
  await requireWritable([options.json, options.report]);
  const encoders = await openEncoders(options, kind.name === "embeddings");
  const quiet = options.quiet ?? false;
  try {
    const data = await readData(path, options, signal);
    const progress = startProgress(kind.name, quiet);
    try {
      const analysis = await analyze(kind, {
        table: data.table,
        name: data.name,
        seeds: options.seeds,
        split: { mode: "native", trainRatio: options.trainRatio, ood: [] },
        routers,
        encoders: encoders.map(({ named }) => named),
        speeds,
        randomPools: options.randomPools,
        latencyWeight: options.latencyWeight,
        draws: options.draws,
        signal,
        onProgress: (done, total, what) => progress.update(done, total, what),
      });
      progress.stop();
      if (options.report !== undefined)
        await writeNamed(options.report, await analysisToHtml(analysis), "report", quiet);
      if (options.json !== undefined) await writeOutput(options.json, analysisToJson(analysis));
      if (options.json === undefined || typeof options.json === "string")
        print(analysisToTerminal(analysis, { colour: wantsColour(), width: terminalWidth() }));
    } finally {
      progress.stop();
    }
  } finally {
    for (const { close } of encoders) await close();
  }
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Those asked for; comparing needs a second one, which is then a smaller offline encoder. */
async function openEncoders(
  options: AnalyzeOptions,
  compares: boolean,
): Promise<{ named: NamedEncoder; close: () => Promise<void> }[]> {
  const specs = options.encoder ?? ["ngram"];
  const opened = await Promise.all(
    specs.map(async (spec) => {
      const encoder = await chooseEncoder(spec, options);
      return { named: { name: spec, choice: encoder.choice }, close: () => encoder.close() };
    }),
  );
  if (!compares || opened.length > 1) return opened;
  const small = { kind: "ngram", options: { dimensions: 64 } } as const;
  return [...opened, { named: { name: "ngram, 64 dimensions", choice: small }, close: async () => undefined }];
}

/** CSV: model, timeToFirstTokenSeconds, tokensPerSecond. @throws DataError naming the line. */
async function readSpeeds(path: string): Promise<Map<string, ModelSpeed>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(path, "Check the path given to --speeds.");
    throw new DataError({ problem: "cannot be read", where: path, mend: "Check the path given to --speeds.", cause });
  });
  const [head = "", ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const columns = head.split(",").map((name) => name.trim());
  const wanted = ["model", "timeToFirstTokenSeconds", "tokensPerSecond"] as const;
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new UsageError({
      problem: `has no column ${missing.join(", ")}`,
      where: path,
      mend: `Start it with: ${wanted.join(",")}`,
    });
  }
  return new Map(lines.map((line, i) => speedOf(line.split(","), columns, `${path}, line ${i + 2}`)));
}

function speedOf(cells: readonly string[], columns: readonly string[], where: string): [string, ModelSpeed] {
  const cell = (name: string): string => (cells[columns.indexOf(name)] ?? "").trim();
  const timeToFirstTokenSeconds = Number(cell("timeToFirstTokenSeconds"));
  const tokensPerSecond = Number(cell("tokensPerSecond"));
  if (!(timeToFirstTokenSeconds >= 0) || !(tokensPerSecond > 0)) {
    throw new DataError({
      problem: "is not a time of at least 0 and a speed above 0",
      where,
      mend: "Correct the line.",
    });
  }
  return [cell("model"), { timeToFirstTokenSeconds, tokensPerSecond }];
}
