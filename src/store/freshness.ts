/** Whether a snapshot still stands for the files it was made from. */
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { systemCode } from "./atomic-write.ts";
import { fileStamp } from "./choose-files.ts";
import { listJsonFiles, stampOf } from "./list-files.ts";
import type { FileStamp } from "./list-files.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";

/** `touched`: the content is the same, the stamps are not; `manifest` has the new ones. */
export type Freshness =
  | { readonly state: "fresh" | "stale" }
  | { readonly state: "touched"; readonly manifest: Manifest };

/** A file changed within this time before its stamp was taken may change again without the stamp showing it. */
const raceNs = 2_000_000_000n;

/**
 * Compares stamps of all folders and files first; only what differs, or was too young when stamped, is hashed.
 * @throws as `listJsonFiles` does, when the folder has no more files.
 */
export async function freshness(manifest: Manifest): Promise<Freshness> {
  const settled = (stamp: FileStamp): boolean => BigInt(stamp.ctimeNs) + raceNs < BigInt(manifest.checkedAtNs);
  const unchanged = ({ path, stamp }: { path: string; stamp: FileStamp }): boolean =>
    settled(stamp) && sameStamp(stamp, currentStamp(`${manifest.root}/${path}`));
  if (manifest.folders.every(unchanged) && manifest.files.every(unchanged)) return { state: "fresh" };
  return await compareContent(manifest, settled);
}

async function compareContent(manifest: Manifest, settled: (stamp: FileStamp) => boolean): Promise<Freshness> {
  const checkedAtNs = nowNs();
  const listing = listJsonFiles(manifest.root);
  const known = new Map(manifest.files.map((file) => [file.path, file]));
  if (listing.files.length !== known.size) return { state: "stale" };
  const files: ManifestFile[] = [];
  for (const { path, absolute, stamp } of listing.files) {
    const before = known.get(path);
    if (!before) return { state: "stale" };
    if (before.stamp.mtimeNs !== stamp.mtimeNs && timeDecides(manifest)) return { state: "stale" };
    const trusted = settled(before.stamp) && sameStamp(before.stamp, stamp);
    // oxlint-disable-next-line no-await-in-loop
    if (!trusted && (await hashFile(absolute)) !== before.sha256) return { state: "stale" };
    files.push({ path, sha256: before.sha256, stamp });
  }
  return { state: "touched", manifest: { ...manifest, checkedAtNs, files, folders: listing.folders } };
}

/** The same for a manifest whose root is one file. */
export async function fileFreshness(manifest: Manifest): Promise<Freshness> {
  const [before] = manifest.files;
  const checkedAtNs = nowNs();
  const stamp = currentStamp(manifest.root);
  if (!before || !stamp) return { state: "stale" };
  const settled = BigInt(before.stamp.ctimeNs) + raceNs < BigInt(manifest.checkedAtNs);
  if (settled && sameStamp(before.stamp, stamp)) return { state: "fresh" };
  if ((await hashFile(manifest.root)) !== before.sha256) return { state: "stale" };
  return { state: "touched", manifest: { ...manifest, checkedAtNs, files: [{ ...before, stamp }] } };
}

/** Nanoseconds since 1970, with the clock's millisecond resolution. */
export function nowNs(): string {
  return String(BigInt(Date.now()) * 1_000_000n);
}

/** Among files without a time in their name the newer one wins: then a new modification time may change the table. */
function timeDecides({ source }: Manifest): boolean {
  return source.shadowed.some(({ path }) => fileStamp(path) === undefined);
}

function sameStamp(a: FileStamp, b: FileStamp | undefined): boolean {
  return a.mtimeNs === b?.mtimeNs && a.ctimeNs === b.ctimeNs && a.size === b.size && a.inode === b.inode;
}

/** The stamp of what stands at `path` now; undefined when nothing can be seen there. */
export function currentStamp(path: string): FileStamp | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && stampOf(stats);
  } catch (error) {
    if (systemCode(error) !== "") return undefined;
    throw error;
  }
}

/** SHA-256 (hex) of a file, read in pieces. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
