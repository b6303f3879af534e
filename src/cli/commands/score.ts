/** signalbox score: stored answers scored anew, with no call to a model. */
import { Command, Option } from "commander";
import type { ScoringTools } from "../../core/evaluator.ts";
import type { SandboxEngine } from "../../sandbox/open-sandbox.ts";
import { rescore } from "../../scoring/rescore.ts";
import type { RescoreOptions, RescoreReport } from "../../scoring/rescore.ts";
import type { ScoringRule } from "../../scoring/score-answer.ts";
import { list } from "../data-options.ts";
import { knownDatasets } from "../known-datasets.ts";
import { requireWritable, writeOutput } from "../outputs.ts";
import { readyEncoder } from "../ready-encoder.ts";
import { scoreNotes } from "../score-notes.ts";
import { scoreReportText } from "../score-report-text.ts";
import { spendingText, withJudge, withJudgeOptions } from "../with-judge.ts";
import type { JudgeOptions } from "../with-judge.ts";
import { sandboxOption, withSandbox } from "../with-sandbox.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox score results/ --dry-run                  what would change, and why
  $ signalbox score results/ --only mmlu-pro,gpqa       new versions beside the old; readers take the newest
  $ signalbox score results/ --scoring compat -o compat/  LLMRouterBench's own rule, into another folder
  $ signalbox score results/ --evaluator letter --only my-quiz
  $ signalbox score results/ --judge gpt-4.1 --judge-budget 5      sets that only a reader can grade, too

No model is called unless --judge names one of signalbox.yaml; without it sets that need a judge are left as they are.
Failed calls stay as they are. Where the answer itself was not stored, the stored prediction is scored.
A file gets a new version when a score or a prediction in it changes; nothing is overwritten. A run that was stopped
goes on when it is started again.`;

interface ScoreOptions extends JudgeOptions {
  readonly only?: string[];
  readonly evaluator?: string;
  readonly scoring: ScoringRule;
  readonly sandbox: SandboxEngine;
  readonly encoder?: string;
  readonly output?: string;
  readonly dryRun?: true;
  readonly json?: string | true;
  readonly quiet?: boolean;
}

export function scoreCommand(signal: AbortSignal): Command {
  return withJudgeOptions(new Command("score"))
    .description("Score stored answers anew, offline, and show what changed and why.")
    .argument("<results>", "a results folder")
    .option("--only <datasets>", "only these data sets (comma-separated)", list)
    .option("--evaluator <name>", "this family of scorers instead of the data set's own (see: evaluators list)")
    .addOption(
      new Option("--scoring <rule>", "own = ours; compat = LLMRouterBench's").choices(["own", "compat"]).default("own"),
    )
    .addOption(sandboxOption())
    .option("--encoder <spec>", "for SGI-Bench's ideas: transformers:MODEL or openai:MODEL@URL")
    .option("-o, --output <folder>", "where new versions go (default: beside the old)")
    .option("--dry-run", "write nothing")
    .option("--json [file]", "machine-readable output, to stdout or a file")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (path: string, options: ScoreOptions) => {
      await requireWritable([options.json]);
      const encoder = await readyEncoder(options.encoder);
      const { report, judging } = await withJudge(options, (judge) =>
        withSandbox(options.sandbox, async (sandbox) => {
          const tools = {
            sandbox,
            encoder,
            signal,
            ...(judge && { judge: judge.judge, concurrency: judge.concurrency }),
          };
          const made = await run(path, options, tools);
          return { report: made, judging: judge && { judge: judge.judge.name, ...judge.spending } };
        }),
      );
      const body = { ...report, ...(judging && { judging: withoutNaN(judging) }) };
      if (options.json !== undefined) await writeOutput(options.json, `${JSON.stringify(body, undefined, 2)}\n`);
      if (options.json === undefined || typeof options.json === "string") {
        print(scoreReportText(report, { isDryRun: options.dryRun ?? false }));
      }
      if (options.quiet) return;
      for (const line of scoreNotes(report)) note(line);
      if (judging) note(`judging: ${spendingText(judging)}; not part of what the models cost`);
    });
}

function withoutNaN<Spending extends { readonly costUsd: number }>(
  spending: Spending,
): Omit<Spending, "costUsd"> & { readonly costUsd: number | null } {
  return { ...spending, costUsd: Number.isNaN(spending.costUsd) ? null : spending.costUsd };
}

type Tools = ScoringTools & Pick<RescoreOptions, "concurrency">;

async function run(path: string, options: ScoreOptions, tools: Tools): Promise<RescoreReport> {
  const progress = startProgress("scoring", options.quiet ?? false);
  try {
    const { only, evaluator, scoring, output, dryRun } = options;
    const onProgress = (done: number, total: number): void => progress.update(done, total, "files");
    const onAnswers = (done: number, total: number): void => progress.update(done, total, "answers of this file");
    return await rescore(path, {
      ...tools,
      rule: scoring,
      datasets: await knownDatasets(),
      only,
      evaluator,
      output,
      dryRun,
      now: () => new Date(),
      onProgress,
      onAnswers,
    });
  } finally {
    progress.stop();
  }
}
