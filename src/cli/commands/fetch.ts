/** signalbox fetch: published result sets, downloaded once, checked, resumable. */
import { Command } from "commander";
import { unknownName } from "../../core/near-names.ts";
import { plural } from "../../core/plural.ts";
import { fetchArchive, llmRouterBench } from "../../store/fetch-archive.ts";
import { readConfig } from "../config.ts";
import { wholeNumber } from "../numbers.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox fetch llmrouterbench                       1.3 GB to download, 7.8 GB on disk
  $ signalbox fetch llmrouterbench -o data/llmrouterbench
  $ signalbox fetch llmrouterbench --url http://mirror.example/bench-release.tar.gz --sha256 SUM

An interrupted download goes on where it stopped. The release declares no licence for its data: ask its authors before
you pass it on. The address may also stand in a config file, under fetch.url.`;

interface FetchOptions {
  readonly output?: string;
  readonly url?: string;
  readonly sha256?: string;
  readonly bytes?: number;
  readonly config?: string;
  readonly quiet?: boolean;
}

const mebibyte = 2 ** 20;

export function fetchCommand(signal: AbortSignal): Command {
  return new Command("fetch")
    .description("Download a published set of results, check it and unpack it.")
    .argument("<name>", "llmrouterbench")
    .option("-o, --output <folder>", "where to unpack it (default: its name)")
    .option("--url <address>", "another address of the archive")
    .option("--sha256 <hex>", "the checksum of the archive at that address")
    .option("--bytes <count>", "the size of the archive at that address", wholeNumber)
    .option("--config <file>", "options from a YAML file; the command line wins")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action(async (name: string, options: FetchOptions) => {
      if (name !== "llmrouterbench") throw unknownName("result set", name, ["llmrouterbench"]);
      const other = { ...(await readConfig(options.config)).fetch, ...given(options) };
      const progress = startProgress("fetching", options.quiet ?? false);
      try {
        const fetched = await fetchArchive({
          ...(other.url === undefined ? llmRouterBench : { ...other, url: other.url }),
          destination: options.output ?? name,
          signal,
          onWait: ({ processId }) => {
            if (!options.quiet) note(`note: process ${processId} is fetching the same, waiting for it`);
          },
          onProgress: (step, done, total) =>
            progress.update(Math.round(done / mebibyte), Math.round((total ?? done) / mebibyte), `MiB, ${step}`),
        });
        progress.stop();
        if (!options.quiet && fetched.alreadyThere) note("already there, nothing to do");
        if (!options.quiet && fetched.skipped.length > 0)
          note(
            `note: left out ${plural(fetched.skipped.length, "entry", "entries")}: ${fetched.skipped.slice(0, 3).join(", ")}`,
          );
        print(options.output ?? name);
      } finally {
        progress.stop();
      }
    });
}

function given({ url, sha256, bytes }: FetchOptions): { url?: string; sha256?: string; bytes?: number } {
  return {
    ...(url !== undefined && { url }),
    ...(sha256 !== undefined && { sha256 }),
    ...(bytes !== undefined && { bytes }),
  };
}
