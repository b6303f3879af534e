/** Where snapshots are kept. */
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** $SIGNALBOX_CACHE, else $XDG_CACHE_HOME/signalbox, else ~/.cache/signalbox. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env["SIGNALBOX_CACHE"]) return resolve(env["SIGNALBOX_CACHE"]);
  if (env["XDG_CACHE_HOME"]) return join(resolve(env["XDG_CACHE_HOME"]), "signalbox");
  return join(homedir(), ".cache", "signalbox");
}

/** What one snapshot belongs to. Everything here changes how the same files are read. */
export interface SnapshotSource {
  /** the real path of the data */
  readonly root: string;
  readonly readerVersion: number;
  /** options of the reader that change the full table, as text */
  readonly variant: string;
}

export interface SnapshotPlace {
  readonly snapshot?: "cache" | "beside" | "off" | undefined;
  readonly cacheDir?: string | undefined;
}

/** The folder of a source's snapshot; undefined when none is wanted. `beside` is a folder inside the data folder. */
export function snapshotFolder(source: SnapshotSource, place: SnapshotPlace, dataFolder: string): string | undefined {
  if (place.snapshot === "off") return undefined;
  const parts = [source.root, source.readerVersion, source.variant];
  const name = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  if (place.snapshot === "beside") return join(dataFolder, ".signalbox", name);
  return join(place.cacheDir === undefined ? defaultCacheDir() : resolve(place.cacheDir), "results", name);
}
