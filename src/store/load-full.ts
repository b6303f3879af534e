/** The full table of a source: from its snapshot when that is still valid, else made anew and kept. */
import { SignalboxError } from "../core/errors.ts";
import { systemCode } from "./atomic-write.ts";
import { freshness } from "./freshness.ts";
import type { Freshness } from "./freshness.ts";
import type { FullTable } from "./full-table.ts";
import type { LoadWarning, SnapshotState } from "./load-report.ts";
import type { Manifest } from "./manifest.ts";
import { flechette } from "./snapshot-columns.ts";
import { discardSnapshot, readColumns, readManifest, writeManifest, writeSnapshot } from "./snapshot-store.ts";

export interface LoadedFull {
  readonly full: FullTable;
  readonly snapshot: SnapshotState;
  readonly warnings: readonly LoadWarning[];
}

/** How to make the table when there is no valid snapshot. */
export type MakeFull = () => Promise<{
  readonly full: FullTable;
  readonly origin: Pick<Manifest, "readerVersion" | "root" | "checkedAtNs" | "files" | "folders">;
}>;

export interface SnapshotUse {
  /** undefined: no snapshot is wanted */
  readonly folder: string | undefined;
  readonly isFresh?: (manifest: Manifest) => Promise<Freshness>;
}

/** @throws what `make` throws. Trouble with the snapshot is never an error: it is a warning, and the files are read. */
export async function loadFull({ folder, isFresh = freshness }: SnapshotUse, make: MakeFull): Promise<LoadedFull> {
  if (folder === undefined) return { full: (await make()).full, snapshot: { state: "off" }, warnings: [] };
  const warnings: LoadWarning[] = [];
  const warn = (message: string): number => warnings.push({ kind: "snapshot", message });
  const kept = await readSnapshot(folder, isFresh, warn);
  if (kept) return { full: kept, snapshot: { state: "used", folder }, warnings };
  const [{ full, origin }] = await Promise.all([make(), flechette()]);
  const failed = await attempt(() => writeSnapshot(folder, full, origin));
  if (failed === undefined) return { full, snapshot: { state: "written", folder }, warnings };
  warn(`the snapshot could not be written, so the next start is as slow as this one: ${failed}`);
  return { full, snapshot: { state: "failed" }, warnings };
}

async function readSnapshot(
  folder: string,
  isFresh: (manifest: Manifest) => Promise<Freshness>,
  warn: (message: string) => void,
): Promise<FullTable | undefined> {
  const manifest = readManifest(folder);
  if (manifest === "absent") return undefined;
  const found = manifest === "damaged" ? { state: "stale" as const } : await isFresh(manifest);
  if (manifest !== "damaged" && found.state === "stale") return undefined;
  const full = manifest === "damaged" ? undefined : await readCurrent(folder, manifest);
  if (!full) {
    warn(`the snapshot in ${folder} is damaged and is made anew`);
    const failed = await attempt(() => discardSnapshot(folder));
    if (failed !== undefined) warn(`the damaged snapshot could not be removed: ${failed}`);
    return undefined;
  }
  if (found.state === "touched") {
    const failed = await attempt(() => writeManifest(folder, found.manifest));
    if (failed !== undefined) warn(`the snapshot's manifest could not be renewed: ${failed}`);
  }
  return full;
}

/** Reads the columns; if another process has replaced them in between, those of its manifest when it is the same table. */
async function readCurrent(folder: string, manifest: Manifest): Promise<FullTable | undefined> {
  const full = await readColumns(folder, manifest);
  if (full) return full;
  const again = readManifest(folder);
  if (typeof again === "string" || again.generation === manifest.generation) return undefined;
  return again.digest === manifest.digest ? await readColumns(folder, again) : undefined;
}

/** What went wrong in the file system, as text; undefined when nothing did. Defects are thrown on. */
async function attempt(step: () => Promise<void>): Promise<string | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (error instanceof Error && (error instanceof SignalboxError || systemCode(error) !== "")) return error.message;
    throw error;
  }
}
