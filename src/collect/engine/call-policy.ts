/** How patient the calls of a run are. */
import type { CollectConfig } from "../config-schema.ts";
import type { LocalCallerOptions } from "./local-caller.ts";

/** Retries and deadlines, as the configuration says. */
export function callPolicy({ run }: Pick<CollectConfig, "run">): Pick<LocalCallerOptions, "retries" | "deadlines"> {
  return {
    retries: run.retries,
    deadlines: {
      connectMs: run.connectSeconds * 1000,
      firstByteMs: run.firstByteSeconds * 1000,
      idleMs: run.idleSeconds * 1000,
      totalMs: run.totalSeconds * 1000,
    },
  };
}
