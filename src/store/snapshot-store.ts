/**
 * Snapshots on disk:
 *
 *     <folder>/manifest.json                    renamed into place last: the commit
 *     <folder>/<generation>/rows.arrow, …       renamed into place as a whole; never changed afterwards
 *
 * A writer that is killed leaves at most a temporary folder that nobody reads. Of two writers with the same content the
 * second finds the generation there and drops its own; with different content the later manifest counts.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder, systemCode, writeFileAtomic, writeSynced } from "./atomic-write.ts";
import type { FullTable } from "./full-table.ts";
import { decodeManifest, encodeManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { decodeColumns, encodeColumns, partNames } from "./snapshot-columns.ts";
import type { SnapshotParts } from "./snapshot-columns.ts";
import { makeFolder } from "./make-folder.ts";

const manifestName = "manifest.json";
/** Other generations may still be read by a process that opened the manifest before; they go when this old. */
const staleAfterMs = 60_000;

/** The manifest of a folder; "absent" when there is no snapshot, "damaged" when it is not what was written. */
export function readManifest(folder: string): Manifest | "absent" | "damaged" {
  try {
    return decodeManifest(readFileSync(join(folder, manifestName), "utf8")) ?? "damaged";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error))) return "absent";
    if (systemCode(error) !== "") return "damaged";
    throw error;
  }
}

/** The full table of a snapshot; undefined when a part is absent, cut short or damaged. */
export async function readColumns(folder: string, manifest: Manifest): Promise<FullTable | undefined> {
  const parts: Record<string, Uint8Array> = {};
  for (const name of partNames) {
    const bytes = readPart(join(folder, manifest.generation, `${name}.arrow`));
    const expected = manifest.parts[name];
    if (!bytes || bytes.length !== expected?.bytes || crc32(bytes) !== expected.crc32) return undefined;
    parts[name] = bytes;
  }
  const { datasets, models, fileRank, source, digest } = manifest;
  return { datasets, models, fileRank, source, digest, ...(await decodeColumns(parts as SnapshotParts)) };
}

/**
 * Writes a snapshot of `full`, whole or not at all.
 * @throws the file system's error, or WriteError, when the folder cannot be written.
 */
export async function writeSnapshot(
  folder: string,
  full: FullTable,
  origin: Pick<Manifest, "readerVersion" | "root" | "checkedAtNs" | "files" | "folders">,
): Promise<void> {
  const columns = await encodeColumns(full);
  const parts = Object.fromEntries(
    partNames.map((name) => [name, { bytes: columns[name].length, crc32: crc32(columns[name]) }]),
  );
  const sums = partNames.map((name) => (parts[name]?.crc32 ?? 0).toString(16)).join("-");
  const generation = `${full.digest.slice(0, 16)}-${sums}`;
  await makeFolder(folder);
  await placeGeneration(folder, generation, columns);
  const { datasets, models, fileRank, source, digest } = full;
  await writeManifest(folder, { ...origin, datasets, models, fileRank, source, digest, generation, parts });
  await removeStale(folder, generation);
}

/** Replaces the manifest, e.g. with new stamps. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, manifestName), encodeManifest(manifest));
}

/** Removes a damaged snapshot, manifest first. */
export async function discardSnapshot(folder: string): Promise<void> {
  await rm(join(folder, manifestName), { force: true });
  await rm(folder, { force: true, recursive: true });
}

async function placeGeneration(folder: string, generation: string, parts: SnapshotParts): Promise<void> {
  const temporary = join(folder, `.tmp-${process.pid}-${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(temporary);
    await Promise.all(partNames.map((name) => writeSynced(join(temporary, `${name}.arrow`), parts[name])));
    await rename(temporary, join(folder, generation));
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true, recursive: true });
    // Another writer with the same content was first.
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(systemCode(error))) throw error;
    await stat(join(folder, generation));
  }
}

async function removeStale(folder: string, current: string): Promise<void> {
  const old = Date.now() - staleAfterMs;
  for (const name of await readdir(folder)) {
    if (name === current || name === manifestName) continue;
    const path = join(folder, name);
    // oxlint-disable-next-line no-await-in-loop
    const modified = await stat(path).catch(() => undefined);
    // oxlint-disable-next-line no-await-in-loop
    if (modified && modified.mtimeMs < old) await rm(path, { force: true, recursive: true });
  }
}

function readPart(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) !== "") return undefined;
    throw error;
  }
}
