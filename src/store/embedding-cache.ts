/**
 * An encoder that remembers: vectors are kept on disk by the text's hash, one file per encoder fingerprint.
 * Only unseen texts are encoded, and each batch is stored as it arrives, so that a killed run resumes where it was.
 */
import { createHash, randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EncodeOptions, type Encoder, fingerprintText } from "../core/encoder.ts";
import { EncodeError, throwIfAborted } from "../core/errors.ts";
import { type Matrix32, matrix32, row } from "../math/matrix.ts";
import { type EmbeddingCacheFile, openEmbeddingCacheFile } from "./embedding-cache-file.ts";
import { makeFolder } from "./make-folder.ts";

export interface CachedEncoderOptions {
  /** Texts encoded between two writes. @default 256 */
  readonly batchTexts?: number | undefined;
}

/** sha256 of a text as UTF-8, in hex: the key of its vector, in the cache and in vector files. */
export function textHash(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** The encoder, with vectors kept below `cacheDir`. Closing it closes the inner encoder too. */
export async function cachedEncoder(
  encoder: Encoder,
  cacheDir: string,
  { batchTexts = 256 }: CachedEncoderOptions = {},
): Promise<Encoder> {
  const file = await openFile(encoder, cacheDir);

  async function encode(texts: readonly string[], { signal, onProgress }: EncodeOptions = {}): Promise<Matrix32> {
    await file.refresh();
    const keys = texts.map(textHash);
    const unseen = unseenTexts(texts, keys, file);
    const known = texts.length - unseen.texts.length;
    if (known > 0) onProgress?.(known, texts.length);
    for (let from = 0; from < unseen.texts.length; from += batchTexts) {
      throwIfAborted(signal, "Encoding");
      const batch = unseen.texts.slice(from, from + batchTexts);
      const report = (done: number): void => onProgress?.(known + from + done, texts.length);
      const vectors = await encodeBatch(encoder, batch, from, { signal, onProgress: report });
      await file.append(unseen.keys.slice(from, from + batchTexts), vectors.data);
    }
    if (unseen.texts.length > 0) await file.refresh();
    return collect(file, keys, encoder.fingerprint.dimensions);
  }

  return {
    ...encoder,
    encode,
    async close() {
      await file.close();
      await encoder.close?.();
    },
  };
}

async function openFile(encoder: Encoder, cacheDir: string): Promise<EmbeddingCacheFile> {
  const { fingerprint } = encoder;
  const text = fingerprintText(fingerprint);
  const name = `embeddings-${textHash(text).slice(0, 24)}`;
  try {
    await makeFolder(cacheDir);
    // For people who look into the folder; nothing reads it.
    const note = join(cacheDir, `${name}.json`);
    const temporary = `${note}.${randomUUID()}.tmp`;
    await writeFile(temporary, `${JSON.stringify(fingerprint, null, 2)}\n`);
    await rename(temporary, note);
    return await openEmbeddingCacheFile(join(cacheDir, `${name}.bin`), fingerprint.dimensions, text);
  } catch (cause) {
    throw new EncodeError({
      problem: `the embedding cache cannot be opened for writing (${(cause as NodeJS.ErrnoException).code ?? "error"})`,
      where: cacheDir,
      mend: "Give another cache folder",
      cause,
    });
  }
}

/** The distinct texts without a vector, in order of first appearance. */
function unseenTexts(
  texts: readonly string[],
  keys: readonly string[],
  file: EmbeddingCacheFile,
): { texts: string[]; keys: string[] } {
  const unseen = new Map<string, string>();
  texts.forEach((text, i) => {
    const key = keys[i] ?? "";
    if (!file.has(key) && !unseen.has(key)) unseen.set(key, text);
  });
  return { texts: [...unseen.values()], keys: [...unseen.keys()] };
}

async function encodeBatch(
  encoder: Encoder,
  texts: readonly string[],
  from: number,
  options: EncodeOptions,
): Promise<Matrix32> {
  try {
    return await encoder.encode(texts, options);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    // The inner encoder counts from the start of this batch.
    const where = [`uncached texts ${from} to ${from + texts.length - 1}`, error.where].filter(Boolean).join(", ");
    throw new EncodeError({ problem: error.problem, where, mend: error.mend, cause: error });
  }
}

async function collect(file: EmbeddingCacheFile, keys: readonly string[], dimensions: number): Promise<Matrix32> {
  const out = matrix32(keys.length, dimensions);
  for (const [i, key] of keys.entries()) {
    if (!(await file.read(key, row(out, i)))) {
      throw new EncodeError({
        problem: `the vector of text ${i} was written to the embedding cache but cannot be read back`,
        mend: "Check the disk, or give another cache folder",
      });
    }
  }
  return out;
}
