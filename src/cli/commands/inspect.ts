/** signalbox inspect: what the data hold, before any routing. */
import { Command } from "commander";
import { inspectTable } from "../../experiment/inspect.ts";
import { inspectionToMarkdown } from "../../report/inspection-markdown.ts";
import { inspectionToTerminal } from "../../report/inspection-terminal.ts";
import { inspectionToJson } from "../../report/json.ts";
import { readData, withDataOptions } from "../data-options.ts";
import type { DataOptions } from "../data-options.ts";
import { requireWritable, writeNamed, writeOutput } from "../outputs.ts";
import { print, terminalWidth, wantsColour } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox inspect results/
  $ signalbox inspect results/ --models gpt-5,qwen3-8b --datasets aime,mmlupro/test_3000
  $ signalbox inspect answers.csv --map prompt=question,model=llm,score=correct
  $ signalbox inspect results/ --json | jq .oracle`;

export function inspectCommand(signal: AbortSignal): Command {
  return withDataOptions(new Command("inspect"))
    .description("Models × data sets, costs, failures, complementarity and the reference lines of a table of results.")
    .option("--json [file]", "machine-readable output, to stdout or a file (schemas/inspect.schema.json)")
    .option("--markdown <file>", "the same as Markdown")
    .addHelpText("after", examples)
    .action(async (path: string, options: DataOptions & { json?: string | true; markdown?: string }) => {
      await requireWritable([options.json, options.markdown]);
      const { table, name, warnings } = await readData(path, options, signal);
      const inspection = inspectTable(table, name, warnings);
      if (options.markdown !== undefined) {
        await writeNamed(options.markdown, inspectionToMarkdown(inspection), "Markdown", options.quiet ?? false);
      }
      if (options.json !== undefined) return writeOutput(options.json, inspectionToJson(inspection));
      print(inspectionToTerminal(inspection, { colour: wantsColour(), width: terminalWidth() }));
    });
}
