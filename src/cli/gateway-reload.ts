/** When serve reads its files anew: on SIGHUP, and where that is asked for when one of them has changed. */
import type { Gateway } from "../gateway/gateway.ts";
import type { OpenedParts } from "./open-parts.ts";
import { watchFiles } from "./watch-files.ts";

export interface ReloadOptions {
  readonly gateway: Gateway;
  readonly open: () => Promise<OpenedParts>;
  /** files to look at, each as it stood before it was read; undefined = none, the signal alone */
  readonly files: ReadonlyMap<string, string> | undefined;
  readonly lookEveryMs?: number | undefined;
  readonly tell: (text: string) => void;
}

/** Reloads until it is stopped. @returns what stops it, and waits for what is under way */
export function reloadWhenAsked(options: ReloadOptions): () => Promise<void> {
  const { gateway, open, files, tell, lookEveryMs = 1000 } = options;
  let last = Promise.resolve();
  const reload = (why: string): Promise<void> => {
    last = last.then(() => reloadOnce(why));
    return last;
  };
  const watched = files && watchFiles(files, () => reload("a file has changed"), lookEveryMs);
  const reloadOnce = async (why: string): Promise<void> => {
    const reloaded = await gateway.reload(async () => {
      const parts = await open();
      for (const text of parts.notes) tell(`note: ${text}`);
      watched?.know(parts.files);
      return parts;
    });
    if (reloaded.status === "kept") {
      const { error } = reloaded;
      const said = error instanceof Error ? error.message : String(error);
      return tell(`not reloaded (${why}); it serves as before: ${said}`);
    }
    const { waiting } = reloaded;
    tell(`reloaded: ${why}${waiting.length > 0 ? `; changed, and waits for a restart: ${waiting.join(", ")}` : ""}`);
  };
  const onSignal = (): void => void reload("SIGHUP");
  process.on("SIGHUP", onSignal);
  return async () => {
    process.off("SIGHUP", onSignal);
    watched?.stop();
    await last;
  };
}
