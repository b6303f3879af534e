/** signalbox export: a table of results as one Parquet file, for other tools. */
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { exportParquet } from "../../store/export-parquet.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox export results/ -o results.parquet
  $ signalbox export results/ --datasets aime -o aime.parquet

One row per prompt and model, compressed with zstd; signalbox reads it back, and so do DuckDB, pandas, Polars and Spark.`;

export function exportCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("export"))
    .description("Write a table of results as one Parquet file.")
    .requiredOption("-o, --output <file>", "the Parquet file to write")
    .addHelpText("after", examples)
    .action(async (path: string, options: DataOptions & { output: string }) => {
      if (!options.output.endsWith(".parquet")) {
        throw new UsageError({
          problem: "does not end in .parquet",
          where: options.output,
          mend: "Name it results.parquet, say.",
        });
      }
      const { table, details } = await readData(path, options, signal);
      await exportParquet(table, options.output, details);
      if (!options.quiet) note(`${plural(table.prompts.length, "prompt")} × ${plural(table.models.length, "model")}`);
      print(options.output);
    });
}
