/**
 * The file behind the embedding cache: records of one width, only ever appended, no header.
 *
 *   "SBV1" | sha256 of the text, 32 bytes | d × float32, little-endian | crc32 of the two, seeded by the fingerprint
 *
 * A killed writer leaves at most a torn record. Nothing is repaired in place: a reader that meets bytes which do not
 * check goes on to the next marker, so two processes may append to one file without a lock, and a record that was
 * torn, damaged or made by another encoder is simply not there.
 */
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";

export interface EmbeddingCacheFile {
  /** How many texts the file holds, as of the last `refresh`. */
  readonly size: number;
  /** Stretches of bytes passed over because they did not check. */
  readonly damaged: number;
  /** Reads what was appended since, by this process or another. */
  refresh(): Promise<void>;
  has(key: string): boolean;
  /** Reads the vector of a key into `target` [d]. False when the file has none. */
  read(key: string, target: Float32Array): Promise<boolean>;
  /** Appends in one write. `vectors` [keys.length × d] */
  append(keys: readonly string[], vectors: Float32Array): Promise<void>;
  close(): Promise<void>;
}

const marker = Buffer.from("SBV1");
const keyStart = 4;
const vectorStart = keyStart + 32;
const chunkBytes = 4 << 20;

/** Opens, or creates, the file for vectors of one encoder. Keys are sha256 hashes in hex. */
export async function openEmbeddingCacheFile(
  path: string,
  dimensions: number,
  fingerprint: string,
): Promise<EmbeddingCacheFile> {
  const handle = await open(path, "a+");
  const recordBytes = vectorStart + dimensions * 4 + 4;
  const seed = crc32(fingerprint);
  const offsets = new Map<string, number>();
  let scanned = 0;
  let damaged = 0;

  return {
    get size() {
      return offsets.size;
    },
    get damaged() {
      return damaged;
    },
    has: (key) => offsets.has(key),
    async refresh() {
      const result = await scan(handle, scanned, recordBytes, seed, (key, offset) => offsets.set(key, offset));
      scanned = result.end;
      damaged += result.damaged;
    },
    async read(key, target) {
      const offset = offsets.get(key);
      if (offset === undefined) return false;
      const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
      const { bytesRead } = await handle.read(bytes, 0, dimensions * 4, offset + vectorStart);
      return bytesRead === dimensions * 4;
    },
    async append(keys, vectors) {
      const records = Buffer.alloc(keys.length * recordBytes);
      keys.forEach((key, i) => {
        const record = records.subarray(i * recordBytes, (i + 1) * recordBytes);
        const values = vectors.subarray(i * dimensions, (i + 1) * dimensions);
        writeRecord(record, key, values, seed);
      });
      await handle.appendFile(records);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

function writeRecord(record: Buffer, key: string, values: Float32Array, seed: number): void {
  marker.copy(record, 0);
  record.write(key, keyStart, "hex");
  record.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), vectorStart);
  record.writeUInt32LE(crc32(record.subarray(keyStart, -4), seed), record.length - 4);
}

/** Visits every sound record from `start` on. `end` is where the next scan has to begin. */
async function scan(
  handle: FileHandle,
  start: number,
  recordBytes: number,
  seed: number,
  visit: (key: string, offset: number) => void,
): Promise<{ end: number; damaged: number }> {
  const chunk = Buffer.alloc(Math.max(chunkBytes, recordBytes * 2));
  let base = start;
  let damaged = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, base);
    const bytes = chunk.subarray(0, bytesRead);
    let at = 0;
    while (at + recordBytes <= bytes.length) {
      const record = bytes.subarray(at, at + recordBytes);
      if (isSound(record, seed)) {
        visit(record.toString("hex", keyStart, vectorStart), base + at);
        at += recordBytes;
      } else {
        if (at === 0 || isMarked(record)) damaged++;
        const next = bytes.indexOf(marker, at + 1);
        // No marker in sight: one may still begin in the last three bytes.
        at = next === -1 ? Math.max(at + 1, bytes.length - marker.length + 1) : next;
      }
    }
    base += at;
    if (bytesRead < chunk.length) return { end: base, damaged };
  }
}

function isMarked(record: Buffer): boolean {
  return record.subarray(0, marker.length).equals(marker);
}

function isSound(record: Buffer, seed: number): boolean {
  if (!isMarked(record)) return false;
  return record.readUInt32LE(record.length - 4) === crc32(record.subarray(keyStart, -4), seed);
}
