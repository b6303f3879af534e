/** The manifest of a snapshot: what it was made from, and how to tell that it is whole. */
import { crc32 } from "node:zlib";
import type { FullTable } from "./full-table.ts";
import type { FileStamp } from "./list-files.ts";

/** Grows whenever the same files would be read into another table, or the snapshot's layout changes. */
export const readerVersion = 4;

export interface Manifest extends Pick<FullTable, "datasets" | "models" | "fileRank" | "source" | "digest"> {
  readonly readerVersion: number;
  /** the real path of the data */
  readonly root: string;
  /** the folder beside the manifest that holds the columns */
  readonly generation: string;
  readonly parts: Readonly<Record<string, { readonly bytes: number; readonly crc32: number }>>;
  /** when the stamps below were taken, nanoseconds since 1970 */
  readonly checkedAtNs: string;
  readonly files: readonly ManifestFile[];
  readonly folders: readonly { readonly path: string; readonly stamp: FileStamp }[];
}

export interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
  readonly stamp: FileStamp;
}

/** One line with the check sum of the rest, then JSON. */
export function encodeManifest(manifest: Manifest): string {
  const body = JSON.stringify(manifest);
  return `${crc32(body)}\n${body}\n`;
}

/** The manifest behind a text; undefined when it is damaged or of another reader version. */
export function decodeManifest(text: string): Manifest | undefined {
  const cut = text.indexOf("\n");
  const body = text.slice(cut + 1, -1);
  if (cut < 1 || Number(text.slice(0, cut)) !== crc32(body)) return undefined;
  // The check sum proves that our own writer made it; only its version is open.
  const manifest = JSON.parse(body) as Manifest;
  return manifest.readerVersion === readerVersion ? manifest : undefined;
}
