/** signalbox check: is the configuration sound, and what would collecting by it take. Nothing is sent. */
import { Command } from "commander";
import { exitCodes } from "../../core/errors.ts";
import { withCacheOptions } from "../cache-choice.ts";
import { checkSetup, openSetup } from "../collect-setup.ts";
import type { CheckOptions } from "../collect-setup.ts";
import { estimateToJson, estimateToTerminal } from "../estimate-view.ts";
import type { Checked } from "../estimate-view.ts";
import { atLeast, positiveNumber } from "../numbers.ts";
import { print, terminalWidth, wantsColour } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox check                                  signalbox.yaml: sound? what would it cost?
  $ signalbox check other.yaml --json
  $ signalbox check --answer-tokens 2000             reasoning models write more than the 500 tokens assumed
  $ signalbox check data_collector_config.yaml       a collector configuration of LLMRouterBench

Reads the configuration, the prompts and the journal, and asks no model; a data set that is not here yet is fetched. A key stands in the environment, never in the file: a file
with a key in it is refused, and the key is not shown. Exit code 2 when collect would refuse to start.`;

export function checkCommand(signal: AbortSignal): Command {
  return withCacheOptions(new Command("check"))
    .description(
      "Say whether a configuration is sound, and what calls, tokens, USD and time it takes. Nothing is sent.",
    )
    .argument("[config]", "the configuration; the same as --config")
    .option("--config <file>", "what to collect", "signalbox.yaml")
    .option("--allow-unpriced", "as for collect: a model without a price is no hindrance")
    .option("--answer-tokens <number>", "take answers to be so long", atLeast(1))
    .option("--call-seconds <number>", "take a call to last so long", positiveNumber)
    .option("--json", "everything as JSON on stdout")
    .addHelpText("after", examples)
    .action(async (path: string | undefined, options: CheckOptions & { config: string; json?: boolean }) => {
      printChecked(
        await checkSetup(await openSetup(path ?? options.config, { signal }), options),
        options.json ?? false,
      );
    });
}

/** Prints, and sets the exit code by the same facts. */
export function printChecked(checked: Checked, asJson: boolean): void {
  const text = asJson
    ? estimateToJson(checked)
    : estimateToTerminal(checked, { colour: wantsColour(), width: terminalWidth() });
  print(text);
  if (checked.refusals.length > 0) process.exitCode = exitCodes.usage;
}
