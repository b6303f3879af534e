/** signalbox embed: the vectors of a table's prompts, as a file for here or for Python. */
import { Command } from "commander";
import type { Encoder } from "../../core/encoder.ts";
import { UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { plural } from "../../core/plural.ts";
import { fitNgramEncoder } from "../../encoders/ngram.ts";
import { npyBytes } from "../../encoders/npy.ts";
import { writeVectorsParquet } from "../../encoders/vectors-parquet.ts";
import { encodeDistinct } from "../../experiment/embed-table.ts";
import type { EncoderChoice } from "../../experiment/embed-table.ts";
import { requireWritableFolder, writeFileAtomic } from "../../store/atomic-write.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { withEncoder } from "../../experiment/choose-encoder.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox embed results/ --encoder transformers:Xenova/all-MiniLM-L6-v2 -o vectors.parquet
  $ signalbox embed results/ --encoder openai:text-embedding-3-small@https://api.openai.com/v1 -o vectors.parquet
  $ signalbox compare results/ --encoder file:vectors.parquet

Columns: dataset, split, index, sha256, prompt, vector. An .npy file holds the vectors alone, in row order, and its
texts stand beside it in a .jsonl file. Vectors already made are kept and not made again.`;

interface EmbedOptions extends DataOptions {
  readonly output: string;
  readonly encoder?: string;
}

export function embedCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("embed"))
    .description("Make the vectors of all prompts and write them to a Parquet or .npy file.")
    .requiredOption("-o, --output <file>", "the .parquet or .npy file to write")
    .option("--encoder <spec>", "ngram, transformers:MODEL, openai:MODEL@URL or file:VECTORS (default: ngram)")
    .addHelpText("after", examples)
    .action(async (path: string, options: EmbedOptions) => {
      if (!/\.(parquet|npy)$/.test(options.output)) {
        throw new UsageError({
          problem: "is neither .parquet nor .npy",
          where: options.output,
          mend: "Name the output vectors.parquet, say.",
        });
      }
      await requireWritableFolder(options.output);
      await withEncoder(options.encoder, options, async (choice) => {
        const { table } = await readData(path, options, signal);
        await embed(table, choice, options, signal);
      });
    });
}

async function embed(
  table: OutcomeTable,
  choice: EncoderChoice,
  { output, quiet = false }: EmbedOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = startProgress("encoding", quiet);
  try {
    const encoder = await readyEncoder(choice, table, signal, quiet);
    const onProgress = (done: number, total: number): void => progress.update(done, total, "prompts");
    const vectors = await encodeDistinct(encoder, table.prompts, { signal, onProgress });
    await writeVectors(output, table, vectors, encoder);
    progress.stop();
    if (!quiet) note(`${plural(vectors.rows, "vector")} of ${plural(vectors.cols, "number")}`);
    print(output);
  } finally {
    progress.stop();
  }
}

/** The offline encoder has to be fitted; here there is no split, so it sees every prompt. */
async function readyEncoder(
  choice: EncoderChoice,
  table: OutcomeTable,
  signal: AbortSignal,
  quiet: boolean,
): Promise<Encoder> {
  if (choice.kind === "ready") return choice.encoder;
  if (choice.kind === "given") throw new UsageError({ problem: "the vectors are already given" });
  if (!quiet) {
    note(
      "note: ngram is fitted on all these prompts here; compare fits it on each seed's training part instead, so use",
    );
    note("      these vectors for other tools, not for a comparison.");
  }
  return (await fitNgramEncoder(table.prompts, choice.options ?? {}, { seed: 42, signal })).encoder;
}

async function writeVectors(
  path: string,
  table: OutcomeTable,
  vectors: Awaited<ReturnType<Encoder["encode"]>>,
  encoder: Encoder,
): Promise<void> {
  const rows = table.prompts.map((prompt, i) => {
    const key = table.datasets[table.datasetOf[i] ?? 0];
    return { dataset: key?.dataset ?? "", split: key?.split ?? "", index: table.index[i] ?? 0, prompt };
  });
  if (path.endsWith(".parquet")) return writeVectorsParquet(path, rows, vectors, encoder.fingerprint);
  await writeFileAtomic(path.replace(/\.npy$/, ".jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await writeFileAtomic(path, npyBytes(vectors));
}
