/** When serve reads its files anew: on SIGHUP, and where that is asked for when one of them has changed. */
import { unwatchFile, watchFile } from "node:fs";
import type { Stats } from "node:fs";
import type { Gateway } from "../gateway/gateway.ts";
import type { OpenedParts } from "./open-parts.ts";

const lookEveryMs = 1000;

export interface ReloadOptions {
  readonly gateway: Gateway;
  readonly open: () => Promise<OpenedParts>;
  /** files to look at; undefined = none, the signal alone */
  readonly files: readonly string[] | undefined;
  readonly tell: (text: string) => void;
}

/** Reloads until it is stopped. @returns what stops it, and waits for what is under way */
export function reloadWhenAsked({ gateway, open, files, tell }: ReloadOptions): () => Promise<void> {
  let watched: readonly string[] = [];
  let last = Promise.resolve();
  const reload = (why: string): void => {
    last = last.then(() => reloadOnce(why));
  };
  // A file that is not there for a moment is being replaced: what comes in its place is another change.
  const onChange = (now: Stats): void => {
    if (now.mtimeMs > 0) reload("a file has changed");
  };
  const watch = (paths: readonly string[]): void => {
    for (const path of watched) unwatchFile(path, onChange);
    for (const path of paths) watchFile(path, { interval: lookEveryMs, persistent: false }, onChange);
    watched = paths;
  };
  const reloadOnce = async (why: string): Promise<void> => {
    const reloaded = await gateway.reload(async () => {
      const parts = await open();
      for (const text of parts.notes) tell(`note: ${text}`);
      if (files) watch(parts.files);
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
  const onSignal = (): void => reload("SIGHUP");
  process.on("SIGHUP", onSignal);
  if (files) watch(files);
  return async () => {
    process.off("SIGHUP", onSignal);
    watch([]);
    await last;
  };
}
