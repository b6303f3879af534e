/** signalbox record: what a hosted router answers to the prompts of a table, journalled call by call. */
import { Command } from "commander";
import { PrerequisiteError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { checkedBaseUrl, recordHosted } from "../../collect/record-hosted.ts";
import type { Recorded } from "../../collect/record-hosted.ts";
import { chatProvider } from "../../providers/registry.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { anyNumber, atLeast, wholeNumber } from "../numbers.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ export OPENROUTER_API_KEY=...
  $ signalbox record results/ -o recorded/ --dry-run                  how many calls it would be; none is made
  $ signalbox record results/ -o recorded/ --limit 50
  $ signalbox record results/ -o recorded/ --base-url http://127.0.0.1:8000/v1 --model auto --name my-router

Each answer is saved before it counts: run the same command again after an interruption, and only what is missing is asked
and paid for. The answers are unscored. Once scored and beside your pool's results, show them with
  $ signalbox compare results/ --reference-models openrouter`;

interface RecordCommandOptions extends DataOptions {
  readonly output: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly name: string;
  readonly keyEnv: string;
  readonly limit?: number;
  readonly concurrency: number;
  readonly retries: number;
  readonly timeout: number;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function recordCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("record"))
    .description("Ask a hosted router every prompt of a table, and keep who answered, for how much, and when.")
    .requiredOption("-o, --output <folder>", "where the journal and the result files go")
    .option("--base-url <address>", "an OpenAI-compatible endpoint", "https://openrouter.ai/api/v1")
    .option("--model <name>", "what to ask for there", "openrouter/auto")
    .option("--name <name>", "its name in the results", "openrouter")
    .option("--key-env <variable>", "the environment variable that holds the key", "OPENROUTER_API_KEY")
    .option("--limit <n>", "only the first n prompts", atLeast(1))
    .option("--concurrency <n>", "calls at a time", atLeast(1), 4)
    .option("--retries <n>", "further attempts on 429, 5xx and lost connections", wholeNumber, 5)
    .option("--timeout <seconds>", "deadline of one call", atLeast(1), 300)
    .option("--temperature <t>", "sent only when given", anyNumber)
    .option("--max-output-tokens <n>", "sent only when given", atLeast(1))
    .option("--dry-run", "say how many calls it would be, and make none")
    .option("--json", "the summary as JSON on stdout")
    .addHelpText("after", examples)
    .action((path: string, options: RecordCommandOptions) => run(path, options, signal));
}

async function run(path: string, options: RecordCommandOptions, signal: AbortSignal): Promise<void> {
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const { table, details } = await readData(path, { unscored: "missing", ...options }, signal);
  const calls = Math.min(options.limit ?? Infinity, table.prompts.length);
  if (options.dryRun) return print(`${plural(calls, "call")} of ${options.model} at ${baseUrl}; none was made`);
  const apiKey = process.env[options.keyEnv];
  if (apiKey === undefined && baseUrl.startsWith("https:"))
    throw new PrerequisiteError({
      problem: `the environment variable ${options.keyEnv} is not set`,
      mend: `Set it to your key: export ${options.keyEnv}=...; or name another with --key-env.`,
    });
  const quiet = options.quiet ?? false;
  if (!quiet)
    note(`asking ${options.model} on ${new Date().toISOString().slice(0, 10)}: another day is another router`);
  const provider = await chatProvider({ format: "openai", baseUrl, apiKey, connections: options.concurrency });
  const progress = startProgress("recording", quiet);
  try {
    const { temperature, maxOutputTokens } = options;
    const extraBody = { usage: { include: true } };
    const recorded = await recordHosted(
      table,
      {
        provider,
        name: options.name,
        requestedModel: options.model,
        baseUrl,
        parameters: { temperature, maxOutputTokens, extraBody },
      },
      {
        output: options.output,
        limit: options.limit,
        details,
        concurrency: options.concurrency,
        retries: options.retries,
        timeoutMs: options.timeout * 1000,
        signal,
        onProgress: (done, total, what) => progress.update(done, total, what),
      },
    );
    progress.stop();
    print(options.json ? JSON.stringify(recorded) : summary(recorded));
    if (recorded.failed > 0) process.exitCode = 1;
  } finally {
    progress.stop();
    await provider.close();
  }
}

function summary({ asked, kept, failed, billedUsd, files, firstFailure }: Recorded): string {
  const bill = Number.isNaN(billedUsd) ? "some calls told no cost" : `billed ${billedUsd.toFixed(4)} USD`;
  const lines = [`${plural(asked, "call")} made, ${kept} kept from earlier; ${bill}`];
  if (failed > 0)
    lines.push(`${failed} failed (the first: ${firstFailure}); run the same command again to try them anew`);
  return [...lines, ...files.map((file) => `wrote ${file}`)].join("\n");
}
