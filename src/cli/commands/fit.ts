/** signalbox fit: one router, fitted on all the data and saved. */
import { Command } from "commander";
import { plural } from "../../core/plural.ts";
import { parsePolicy, policyExamples, policyText } from "../../core/policy.ts";
import { fitForServing } from "../../experiment/fit-for-serving.ts";
import { saveRouter } from "../../experiment/artefact.ts";
import { routerByName } from "../../routers/registry.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { chooseEncoder } from "../encoder-choice.ts";
import { wholeNumber } from "../numbers.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox fit results/ -o my-router
  $ signalbox fit results/ --router knn --set k=40 -o my-router
  $ signalbox fit results/ --router linear --policy "budget 0.002" -o my-router   at most 0.002 USD a query in the mean
  $ signalbox fit results/ --router avengers/reference --encoder openai:text-embedding-3-small@https://api.openai.com/v1 -o my-router

Run signalbox compare first: it tells which router is worth fitting, if any.`;

interface FitOptions extends DataOptions {
  readonly router: string;
  readonly output: string;
  readonly seed: number;
  readonly policy?: string;
  readonly set?: Record<string, unknown>;
  readonly encoder?: Config["encoder"];
  readonly config?: string;
}

export function fitCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("fit"))
    .description("Fit one router on all the data and save it as a folder (router.json and weights.safetensors).")
    .option("--router <name>", "which router, with an optional preset after a slash", "auto")
    .requiredOption("-o, --output <folder>", "where to save it")
    .option("--set <option=value>", "fix an option instead of choosing it on validation; may be repeated", setting)
    .option("--policy <policy>", `how it decides, instead of as chosen on validation: ${policyExamples}`)
    .option("--seed <number>", "seed of the fit", wholeNumber, 42)
    .option("--encoder <spec>", "ngram, transformers:MODEL, openai:MODEL@URL or file:VECTORS (default: ngram)")
    .option("--config <file>", "options from a YAML file; the command line wins")
    .addHelpText("after", examples)
    .action(async (path: string, given: FitOptions) => {
      const config = await readConfig(given.config);
      const options = { ...config, ...given };
      const named = routerByName(options.router, { ...config.routerOptions?.[options.router], ...options.set });
      const policy = options.policy === undefined ? undefined : parsePolicy(options.policy, "--policy");
      const data = await readData(path, options, signal);
      if (!options.quiet)
        note(
          `fitting ${named.label} on ${plural(data.table.prompts.length, "prompt")} × ${plural(data.table.models.length, "model")} …`,
        );
      const encoder = await chooseEncoder(options.encoder, options);
      try {
        const { fitted, encoder: used } = await fitForServing(data.table, named, {
          seed: options.seed,
          encoder: encoder.choice,
          policy,
          signal,
        });
        const spec = encoder.choice.kind === "ngram" ? "ngram" : encoder.choice.spec;
        await saveRouter(options.output, { fitted, encoderSpec: used ? spec : null, encoder: used });
        print(
          `${fitted.label} (${policyText(fitted.policy)}; ${JSON.stringify(fitted.options)}) saved to ${options.output}`,
        );
        if (!options.quiet) note(`Try it: npx signalbox route --router ${options.output} "your question"`);
      } finally {
        await encoder.close();
      }
    });
}

/** "k=40" → { k: 40 }; what is not JSON is text. */
function setting(value: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [name = "", ...rest] = value.split("=");
  const text = rest.join("=");
  const number = Number(text);
  return { ...before, [name]: text !== "" && Number.isFinite(number) ? number : text };
}
