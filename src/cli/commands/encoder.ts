/** signalbox encoder: local encoder models. */
import { Command } from "commander";
import { pullEncoder } from "../../encoders/pull-encoder.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox encoder pull Xenova/all-MiniLM-L6-v2
  $ signalbox encoder pull Xenova/all-MiniLM-L6-v2 --endpoint http://mirror.example --models-dir ./models
  $ npm install @huggingface/transformers                and then:
  $ signalbox compare results/ --encoder transformers:Xenova/all-MiniLM-L6-v2`;

interface PullCommandOptions {
  readonly endpoint?: string;
  readonly revision?: string;
  readonly modelsDir?: string;
  readonly quiet?: boolean;
}

const kibibyte = 1024;

export function encoderCommand(signal: AbortSignal): Command {
  const pull = new Command("pull")
    .description("Download an encoder model from a hub, once, resumable and checked.")
    .argument("<model>", "its name on the hub, e.g. Xenova/all-MiniLM-L6-v2")
    .option("--endpoint <url>", "the hub (default: https://huggingface.co)")
    .option("--revision <name>", "branch, tag or commit (default: main)")
    .option("--models-dir <folder>", "where models are kept (default: $SIGNALBOX_MODELS or the cache)")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (model: string, options: PullCommandOptions) => {
      const progress = startProgress("pulling", options.quiet ?? false);
      try {
        const pulled = await pullEncoder(model, {
          endpoint: options.endpoint,
          revision: options.revision,
          modelsDir: options.modelsDir,
          signal,
          onProgress: (file, done, total) =>
            progress.update(Math.round(done / kibibyte), Math.round((total ?? done) / kibibyte), `KiB, ${file}`),
        });
        progress.stop();
        if (!options.quiet && pulled.files.length === 0) note("already there, nothing to do");
        print(pulled.folder);
      } finally {
        progress.stop();
      }
    });
  return new Command("encoder")
    .description("Local encoder models: pull one, then use it with --encoder transformers:NAME.")
    .addCommand(pull.exitOverride())
    .addHelpText("after", examples);
}
