/** signalbox fit: one router, fitted on all the data and saved. */
import { Command } from "commander";
import type { z } from "zod";
import { plural } from "../../core/plural.ts";
import { parsePolicy, policyExamples, policyText } from "../../core/policy.ts";
import type { Policy } from "../../core/policy.ts";
import { tableFindings } from "../../experiment/data-findings.ts";
import type { EncoderChoice } from "../../experiment/embed-table.ts";
import { fitForServing, requireServable } from "../../experiment/fit-for-serving.ts";
import { saveRouter } from "../../experiment/artefact.ts";
import { resolveOptions, routerByName } from "../../routers/registry.ts";
import type { NamedRouter } from "../../routers/registry.ts";
import { requireWritableFolder } from "../../store/atomic-write.ts";
import { readConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions, OpenedData } from "../data-options.ts";
import { withEncoder } from "../../experiment/choose-encoder.ts";
import { wholeNumber } from "../numbers.ts";
import { settingValue } from "../setting-value.ts";
import { shellWord } from "../shell-word.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox fit results/ -o my-router
  $ signalbox fit results/ --router knn --set k=40 -o my-router
  $ signalbox fit results/ --router linear --policy "budget 0.002" -o my-router   at most 0.002 USD a query in the mean
  $ signalbox fit results/ --router avengers/reference --encoder openai:text-embedding-3-small@https://api.openai.com/v1 -o my-router

Run npx signalbox compare first: it tells which router is worth fitting, if any.`;

interface FitOptions extends DataOptions {
  readonly router: string;
  readonly output: string;
  readonly seed: number;
  readonly policy?: string;
  readonly set?: Readonly<Record<string, string>>;
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
      const named = namedRouter(options, config);
      const policy = options.policy === undefined ? undefined : parsePolicy(options.policy, "--policy");
      await requireWritableFolder(options.output);
      await withEncoder(options.encoder, options, async (encoder) => {
        const data = await readData(path, options, signal);
        await fitAndSave(data, named, { options, policy, encoder, signal });
      });
    });
}

/** The router with what is fixed of it; a typo is told before any data are read. @throws UsageError */
function namedRouter({ router: label, set }: FitOptions, { routerOptions }: Config): NamedRouter {
  const [name = ""] = label.split("/");
  const { shape = {} } = routerByName(label).router.options as { readonly shape?: Readonly<Record<string, z.ZodType>> };
  const values = Object.entries(set ?? {}).map(([option, text]) => [option, settingValue(shape[option], text)]);
  const named = routerByName(label, { ...routerOptions?.[name], ...Object.fromEntries(values) });
  resolveOptions(named.router, named.fixed);
  requireServable(named);
  return named;
}

interface FitRun {
  readonly options: FitOptions;
  readonly policy: Policy | undefined;
  readonly encoder: EncoderChoice;
  readonly signal: AbortSignal;
}

async function fitAndSave(
  { table }: OpenedData,
  named: NamedRouter,
  { options, policy, encoder, signal }: FitRun,
): Promise<void> {
  const tell = options.quiet ? () => undefined : note;
  for (const finding of tableFindings(table)) tell(`note: ${finding}`);
  const size = `${plural(table.prompts.length, "prompt")} × ${plural(table.models.length, "model")}`;
  tell(`fitting ${named.label} on ${size} …`);
  const { fitted, encoder: used } = await fitForServing(table, named, { seed: options.seed, encoder, policy, signal });
  const spec = encoder.kind === "ngram" ? "ngram" : encoder.spec;
  await saveRouter(options.output, { fitted, encoderSpec: used ? spec : null, encoder: used });
  print(`${fitted.label} (${policyText(fitted.policy)}; ${JSON.stringify(fitted.options)}) saved to ${options.output}`);
  tell(`Try it: npx signalbox route --router ${shellWord(options.output)} "your question"`);
}

/** "k=40" → { k: "40" } */
function setting(value: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [name = "", ...rest] = value.split("=");
  return { ...before, [name]: rest.join("=") };
}
