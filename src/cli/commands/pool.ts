/** signalbox pool: a model joins a saved router, or leaves it, without a refit. */
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { unknownName } from "../../core/near-names.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { loadRouter, saveRouter } from "../../experiment/artefact.ts";
import type { SavedRouter } from "../../experiment/artefact.ts";
import { newcomerOutcomes } from "../../experiment/newcomer-outcomes.ts";
import { addModel, dropModel, joinable, promptsTaken } from "../../experiment/pool-change.ts";
import { plural } from "../../core/plural.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { encodeFor } from "../../serving/query-encoder.ts";
import { note, print } from "../terminal.ts";

const addExamples = `
Examples:
  $ signalbox pool add new-results/ --router my-router --model new-llm -o my-router-2

The data need hold the new model alone, on prompts of the kind the router is for; a few dozen help, and analyze onboarding
shows on your data how many are enough. What the router expects of the other models stays as it was.`;

const dropExamples = `
Examples:
  $ signalbox pool drop old-llm --router my-router -o my-router-2`;

interface PoolOptions {
  readonly router: string;
  readonly output: string;
}

export function poolCommand(signal: AbortSignal): Command {
  const command = new Command("pool").description("Add a model to a saved router from few outcomes, or drop one.");
  return command.addCommand(addCommand(signal).exitOverride()).addCommand(dropCommand().exitOverride());
}

function addCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("add"))
    .description(`Let a model join: ${joinable.join(", ")} can take one in.`)
    .requiredOption("--router <folder>", "a router saved by signalbox fit")
    .requiredOption("--model <id>", "the model that joins, as the data call it")
    .requiredOption("-o, --output <folder>", "where the wider router is saved")
    .addHelpText("after", addExamples)
    .action(async (path: string, options: DataOptions & PoolOptions & { model: string }) => {
      const saved = await loadRouter(options.router);
      const { table } = await readData(path, options, signal);
      const column = columnOf(table, options.model);
      const rows = Int32Array.from(table.prompts.keys()).filter((i) => !Number.isNaN(scoreAt(table, i, column)));
      const prompts = Array.from(rows, (i) => table.prompts[i] ?? "");
      const joining = newcomerOutcomes(table, column, rows, await encodeFor(saved, prompts, options, signal));
      const fitted = addModel(saved.fitted, joining);
      await save(options.output, { ...saved, fitted });
      print(
        `${options.model} joined ${fitted.label} from ${plural(prompts.length, "prompt")}; saved to ${options.output}`,
      );
      if (!options.quiet) note(verdict(options.model, promptsTaken(fitted, joining), prompts.length));
      if (!options.quiet && prompts.length < 50)
        note("note: with so few prompts the newcomer is hardly told from an average model; see analyze onboarding");
    });
}

/** How the router sees the newcomer, on the prompts it knows it by. */
function verdict(model: string, taken: number, scored: number): string {
  if (taken > 0) return `${model} is chosen for ${taken} of the ${plural(scored, "prompt")} it was scored on`;
  return (
    `${model} is chosen for none of the ${plural(scored, "prompt")} it was scored on: another model is expected to do better. ` +
    "A router that asks one model for everything counts a newcomer by what it scores at least, with 95 % confidence; more scored prompts raise that."
  );
}

function dropCommand(): Command {
  return new Command("drop")
    .description("Let a model leave; what the router expects of the others stays as it was.")
    .argument("<model>", "the model that leaves")
    .requiredOption("--router <folder>", "a router saved by signalbox fit")
    .requiredOption("-o, --output <folder>", "where the narrower router is saved")
    .addHelpText("after", dropExamples)
    .action(async (model: string, options: PoolOptions) => {
      const saved = await loadRouter(options.router);
      const fitted = dropModel(saved.fitted, model);
      await save(options.output, { ...saved, fitted });
      const how = saved.fitted.router.dropsModels === "exact" ? "" : " (approximate: the others were fitted beside it)";
      print(`${model} left ${fitted.label}${how}; saved to ${options.output}`);
    });
}

function save(folder: string, { fitted, encoderSpec, encoder }: SavedRouter): Promise<void> {
  return saveRouter(folder, { fitted, encoderSpec, encoder });
}

function columnOf(table: OutcomeTable, id: string): number {
  const ids = table.models.map((model) => model.id);
  const column = ids.indexOf(id);
  if (ids.length === 0) throw new UsageError({ problem: "the data hold no model", mend: "Check the filters." });
  if (column < 0) throw unknownName("model", id, ids);
  return column;
}

function scoreAt({ score, models }: OutcomeTable, i: number, column: number): number {
  return score.data[i * models.length + column] ?? NaN;
}
