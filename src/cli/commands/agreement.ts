/** signalbox evaluators agreement: how far a scorer or a judge can be trusted, held to people's labels. */
import { Command } from "commander";
import { plural } from "../../core/plural.ts";
import { agreement } from "../../scoring/agreement.ts";
import type { Agreement } from "../../scoring/agreement.ts";
import { readLabelledSample } from "../../scoring/read-labelled-sample.ts";
import { scoreLabelled } from "../../scoring/score-labelled.ts";
import type { SetFigure } from "../../scoring/set-metrics/set-figure.ts";
import type { SandboxEngine } from "../../sandbox/open-sandbox.ts";
import { note, print } from "../terminal.ts";
import { spendingText, withJudge, withJudgeOptions } from "../with-judge.ts";
import type { JudgeOptions } from "../with-judge.ts";
import { sandboxOption, withSandbox } from "../with-sandbox.ts";

const examples = `
Examples:
  $ signalbox evaluators agreement labels.jsonl                    both labels stand in the file
  $ signalbox evaluators agreement answers.jsonl --judge grader    the answers are graded now

One row a line:
  {"id": "7", "human": 1, "scorer": 0}
  {"human": "correct", "dataset": "simpleqa", "response": "Canberra", "truth": "Canberra", "record": {"question": "…"}}
"human" is a score, true or false, correct or incorrect, or any label. Rows without a score are counted apart.`;

interface AgreementOptions extends JudgeOptions {
  readonly sandbox: SandboxEngine;
  readonly json?: true;
}

export function agreementCommand(signal: AbortSignal): Command {
  return withJudgeOptions(new Command("agreement"))
    .description(
      "Hold a scorer or a judge to people's labels: accuracy, Cohen's kappa, who says what, where they differ.",
    )
    .argument("<file>", "a labelled sample, JSON lines")
    .addOption(sandboxOption())
    .option("--json", "as JSON, with every row on which they differ")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action(async (file: string, options: AgreementOptions) => {
      const rows = await readLabelledSample(file);
      const found = await withJudge(options, (judge) =>
        withSandbox(options.sandbox, async (sandbox) => {
          const tools = { sandbox, signal, ...(judge && { judge: judge.judge, concurrency: judge.concurrency }) };
          const result = agreement(await scoreLabelled(rows, tools));
          if (judge && !options.quiet) note(`judging: ${spendingText(judge.spending)}`);
          return result;
        }),
      );
      print(options.json ? JSON.stringify(found, undefined, 2) : agreementText(found));
    });
}

const mostShown = 20;

function agreementText({ rows, unscored, accuracy, kappa, labels, confusion, disagreeing }: Agreement): string {
  const width = Math.max(5, ...labels.map((label) => label.length)) + 2;
  const line = (head: string, cells: readonly unknown[]): string =>
    [head.padEnd(width), ...cells.map((cell) => String(cell).padStart(width))].join("");
  const shown = disagreeing.slice(0, mostShown).map(({ id, human, scorer, detail }) => {
    return `  ${id}: people ${human}, scorer ${scorer ?? "—"}${detail === undefined ? "" : ` (${detail})`}`;
  });
  const more = disagreeing.length > shown.length ? [`  … ${disagreeing.length - shown.length} more: --json`] : [];
  return [
    `${plural(rows, "row")}${unscored > 0 ? `, ${unscored} without a score` : ""}`,
    figureText(accuracy),
    figureText(kappa),
    "",
    line(
      "people",
      labels.map((label) => label),
    ),
    ...labels.map((label, i) => line(label, confusion[i] ?? [])),
    ...(shown.length > 0 ? ["", `${plural(disagreeing.length, "row")} on which they differ:`, ...shown, ...more] : []),
  ].join("\n");
}

function figureText({ name, value, low, high }: SetFigure): string {
  if (Number.isNaN(value)) return `${name} is not defined: one and the same label throughout`;
  return `${name} ${value.toFixed(3)} (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`;
}
