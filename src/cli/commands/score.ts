/** signalbox score: stored answers scored anew, with no call to a model. */
import { Command, Option } from "commander";
import type { ScoringTools } from "../../core/evaluator.ts";
import { plural } from "../../core/plural.ts";
import type { SandboxEngine } from "../../sandbox/open-sandbox.ts";
import { rescore } from "../../scoring/rescore.ts";
import type { DifferenceClass, RescoredRun, RescoreReport } from "../../scoring/rescore.ts";
import type { ScoringRule } from "../../scoring/score-answer.ts";
import { list } from "../data-options.ts";
import { requireWritable, writeOutput } from "../outputs.ts";
import { sandboxOption, withSandbox } from "../with-sandbox.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox score results/ --dry-run                  what would change, and why
  $ signalbox score results/ --only mmlu-pro,gpqa       new versions beside the old; readers take the newest
  $ signalbox score results/ --scoring compat -o compat/  LLMRouterBench's own rule, into another folder
  $ signalbox score results/ --evaluator letter --only my-quiz

No model is called. Failed calls stay as they are. Where the answer itself was not stored, the stored prediction is scored.
A file gets a new version when a score or a prediction in it changes; nothing is overwritten. A run that was stopped
goes on when it is started again.`;

interface ScoreOptions {
  readonly only?: string[];
  readonly evaluator?: string;
  readonly scoring: ScoringRule;
  readonly sandbox: SandboxEngine;
  readonly output?: string;
  readonly dryRun?: true;
  readonly json?: string | true;
  readonly quiet?: true;
}

export function scoreCommand(signal: AbortSignal): Command {
  return new Command("score")
    .description("Score stored answers anew, offline, and show what changed and why.")
    .argument("<results>", "a results folder")
    .option("--only <datasets>", "only these data sets (comma-separated)", list)
    .option("--evaluator <name>", "this family of scorers instead of the data set's own (see: evaluators list)")
    .addOption(
      new Option("--scoring <rule>", "own = ours; compat = LLMRouterBench's").choices(["own", "compat"]).default("own"),
    )
    .addOption(sandboxOption())
    .option("-o, --output <folder>", "where new versions go (default: beside the old)")
    .option("--dry-run", "write nothing")
    .option("--json [file]", "machine-readable output, to stdout or a file")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (path: string, options: ScoreOptions) => {
      await requireWritable([options.json]);
      const report = await withSandbox(options.sandbox, (sandbox) => run(path, options, { sandbox, signal }));
      if (options.json !== undefined) await writeOutput(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
      if (options.json === undefined || typeof options.json === "string") print(reportText(report, options));
      if (!options.quiet) for (const line of notesOn(report)) note(line);
    });
}

async function run(path: string, options: ScoreOptions, tools: ScoringTools): Promise<RescoreReport> {
  const progress = startProgress("scoring", options.quiet ?? false);
  try {
    const { only, evaluator, scoring, output, dryRun } = options;
    const onProgress = (done: number, total: number): void => progress.update(done, total, "files");
    return await rescore(path, {
      ...tools,
      rule: scoring,
      only,
      evaluator,
      output,
      dryRun,
      now: () => new Date(),
      onProgress,
    });
  } finally {
    progress.stop();
  }
}

function notesOn({ runs, unknown }: RescoreReport): string[] {
  const byPrediction = runs.reduce((sum, run) => sum + run.byPrediction, 0);
  const kept = runs.reduce((sum, run) => sum + run.kept, 0);
  return [
    ...(byPrediction > 0
      ? [`note: ${plural(byPrediction, "answer")} not stored: the stored prediction was scored`]
      : []),
    ...(kept > 0
      ? [`note: ${plural(kept, "record")} kept as they were: a failed call, or nothing stored to score`]
      : []),
    ...(unknown.length > 0
      ? [`note: no data set is known by the name of ${unknown.join(", ")}; left as they are`]
      : []),
  ];
}

function reportText({ runs, classes }: RescoreReport, { dryRun }: ScoreOptions): string {
  const records = runs.reduce((sum, run) => sum + run.records, 0);
  const changed = runs.reduce((sum, run) => sum + run.changed, 0);
  const written = runs.filter((run) => run.written !== undefined).length;
  return [
    ...moved(runs).map(runLine),
    ...classes.map(classText),
    `${plural(records, "record")} of ${plural(runs.length, "file")} scored: ${changed === 0 ? "none changed" : `${plural(changed, "record")} changed`}` +
      (dryRun ? ", nothing written" : `, ${plural(written, "new version")} written`),
  ].join("\n");
}

const moved = (runs: readonly RescoredRun[]): RescoredRun[] => runs.filter(({ changed }) => changed > 0);

const percent = (mean: number | null): string => (mean === null ? "—" : `${(mean * 100).toFixed(2)} %`);

function runLine({ dataset, split, model, changed, records, before, after }: RescoredRun): string {
  return `${dataset}/${split} ${model}: ${changed} of ${records} changed, mean ${percent(before)} → ${percent(after)}`;
}

function classText({ kind, why, count, datasets, models, examples: shown }: DifferenceClass): string {
  const where = `${plural(datasets.length, "data set")}, ${plural(models.length, "model")}`;
  const lines = shown.map(({ path, index, truth, before, after, answerEnd }) => {
    const end = answerEnd === "" ? "" : `, answer ends ${JSON.stringify(answerEnd.slice(-80))}`;
    return `    ${path} index ${String(index)}: key ${JSON.stringify(truth)}, was ${JSON.stringify(before.prediction)} = ${String(before.score)}, is ${JSON.stringify(after.prediction)} = ${String(after.score)} (${after.status})${end}`;
  });
  return [`${kind}: ${count} (${where}): ${why}`, ...lines].join("\n");
}
