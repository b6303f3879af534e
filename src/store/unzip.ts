/** Unpacks a zip archive: stored and deflated entries, each held to its checksum. What could lead out of the folder is left out. */
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { DataError, throwIfAborted } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";

const inflate = promisify(inflateRaw);

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** where its own header begins */
  readonly start: number;
}

/** The archive is read whole: for data sets, which are small. @throws DataError when it is no sound zip. */
export async function unzip(archive: string, folder: string, signal?: AbortSignal): Promise<void> {
  const data = await readFile(archive);
  for (const entry of entriesOf(data, archive)) {
    throwIfAborted(signal, "Unpacking");
    if (entry.name.endsWith("/") || !isInside(entry.name)) continue;
    const target = join(folder, entry.name);
    // oxlint-disable no-await-in-loop -- one at a time bounds the memory
    await makeFolder(dirname(target));
    await writeFile(target, await contentOf(data, entry, archive));
    // oxlint-enable no-await-in-loop
  }
}

const isInside = (name: string): boolean => !/^[/\\]|^[a-z]:/i.test(name) && !name.split(/[/\\]/).includes("..");

/** The signatures of the three kinds of record that are read. */
const signatures = { end: 0x06054b50, central: 0x02014b50, local: 0x04034b50 } as const;
const endBytes = 22;
const longestComment = 0xffff;

function entriesOf(data: Buffer, archive: string): Entry[] {
  const end = endRecord(data, archive);
  const [count, start] = [data.readUInt16LE(end + 10), data.readUInt32LE(end + 16)];
  const entries: Entry[] = [];
  for (let at = start; entries.length < count;) {
    if (at + 46 > data.length || data.readUInt32LE(at) !== signatures.central) throw broken(archive);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => data.readUInt16LE(at + place));
    const encrypted = (data.readUInt16LE(at + 8) & 1) === 1;
    if (encrypted) throw broken(archive, "is encrypted");
    entries.push({
      name: data.toString("utf8", at + 46, at + 46 + (nameBytes ?? 0)),
      method: data.readUInt16LE(at + 10),
      crc: data.readUInt32LE(at + 16),
      packedBytes: data.readUInt32LE(at + 20),
      bytes: data.readUInt32LE(at + 24),
      start: data.readUInt32LE(at + 42),
    });
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

function endRecord(data: Buffer, archive: string): number {
  for (let at = data.length - endBytes; at >= Math.max(0, data.length - endBytes - longestComment); at--) {
    if (data.readUInt32LE(at) === signatures.end) return at;
  }
  throw broken(archive);
}

async function contentOf(data: Buffer, { name, method, crc, packedBytes, bytes, start }: Entry, archive: string) {
  if (start + 30 > data.length || data.readUInt32LE(start) !== signatures.local) throw broken(archive);
  const from = start + 30 + data.readUInt16LE(start + 26) + data.readUInt16LE(start + 28);
  const packed = data.subarray(from, from + packedBytes);
  if (method !== 0 && method !== 8) throw broken(archive, `packs ${name} by method ${method}, which is not supported`);
  // The stated size bounds what a crafted entry may grow to.
  const content =
    method === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(1, bytes) }).catch(() => undefined);
  if (content?.length !== bytes || crc32(content) !== crc) throw broken(archive, `holds ${name} with a wrong checksum`);
  return content;
}

function broken(archive: string, problem = "is not a sound zip archive"): DataError {
  return new DataError({ problem, where: basename(archive), mend: "Remove it and fetch it again." });
}
