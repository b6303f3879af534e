/** Where the runs of a comparison are computed: in this process, or by workers that take them from Redis. */
import type { Command } from "commander";
import type { RunEngine } from "../experiment/run-engine.ts";
import { openSpreadEngine } from "../experiment/spread/spread-engine.ts";
import { requireWritableFolder } from "../store/atomic-write.ts";
import { queueChoice, withEngineOptions } from "./engine-choice.ts";
import type { EngineOptions } from "./engine-choice.ts";
import { note } from "./terminal.ts";

export interface SpreadOptions extends EngineOptions {
  readonly share?: string | undefined;
  readonly rerun?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Adds --engine, --redis, --stalled-after and --share. */
export function withSpreadOptions(command: Command): Command {
  return withEngineOptions(command).option(
    "--share <folder>",
    "with bullmq: hand the data to workers through this folder, not through Redis",
  );
}

/** Does the work with the engine that the options name, none for this process's own threads, and closes it after. */
export async function withRunEngine<Result>(
  options: SpreadOptions,
  work: (engine: RunEngine | undefined) => Promise<Result>,
): Promise<Result> {
  const choice = queueChoice(options);
  if (choice === undefined) return await work(undefined);
  const { share, rerun, quiet = false } = options;
  if (share !== undefined) await requireWritableFolder(share);
  const onNote = quiet ? undefined : note;
  await using engine = await openSpreadEngine({ ...choice, share, rerun, onNote });
  return await work(engine);
}
