/** signalbox init: a configuration to start from, and a few prompts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { simulatedQuestions } from "../../simulate/pool.ts";
import { simulationSchema } from "../../simulate/script.ts";
import { writeFileAtomic } from "../../store/atomic-write.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { starterConfig } from "../starter-config.ts";
import { note, print } from "../terminal.ts";
import { simulatorAddress } from "./simulate.ts";

const examples = `
Examples:
  $ signalbox init                   signalbox.yaml and prompts.jsonl, here
  $ signalbox init my-table
  $ signalbox init --force           replaces signalbox.yaml

The file is commented, and runs as it is: "signalbox simulate" in one terminal, "signalbox check" and "signalbox collect" in another.`;

const perDomain = 2;

export function initCommand(): Command {
  return new Command("init")
    .description("Write a commented signalbox.yaml to start from, and a few prompts.")
    .argument("[folder]", "where; it is made if it is not there", ".")
    .option("--force", "replace a signalbox.yaml that is there; prompts are never replaced")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action(async (folder: string, { force = false, quiet = false }: { force?: boolean; quiet?: boolean }) => {
      const [config, prompts] = [join(folder, "signalbox.yaml"), join(folder, "prompts.jsonl")];
      if (!force && existsSync(config))
        throw new UsageError({
          problem: "is there already",
          where: config,
          mend: "Replace it with --force, or name another folder.",
        });
      await makeFolder(folder);
      await writeFileAtomic(config, starterConfig(simulatorAddress));
      print(config);
      if (!existsSync(prompts)) {
        await writeFileAtomic(prompts, starterPrompts());
        print(prompts);
      } else if (!quiet) note(`${prompts} is there already and stays as it is`);
      if (!quiet)
        note(
          "next: signalbox simulate in another terminal, then signalbox check, signalbox collect, and\n" +
            "      signalbox score collected --evaluator letter, since answers are collected unscored",
        );
    });
}

/** Questions that the simulated models know: their answers differ as the models' skills do. */
function starterPrompts(): string {
  const questions = simulatedQuestions(perDomain, simulationSchema.parse({}).seed);
  return questions.map(({ prompt, answer }) => `${JSON.stringify({ prompt, ground_truth: answer })}\n`).join("");
}
