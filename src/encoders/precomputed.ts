/**
 * Ready-made vectors as an encoder: looked up by the exact text, never computed.
 *
 * - `vectors.parquet`: columns `vector` and `sha256` or `prompt` (what `signalbox embed` writes, or one's own).
 * - `vectors.npy` [n, d], with the texts beside it in the same order: `vectors.jsonl`, an object a line with `prompt`
 *   or `sha256`; or `vectors.txt`, a text without line breaks, or its sha256, a line.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { type EncoderFingerprint, type Encoder, fingerprintText } from "../core/encoder.ts";
import { ArtefactError, DataError, EncodeError, throwIfAborted } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { matrix32, row } from "../math/matrix.ts";
import { systemCode } from "../store/atomic-write.ts";
import { textHash } from "../store/embedding-cache.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";
import { readTableRows } from "../store/table-rows.ts";
import { readNpy } from "./npy.ts";
import { storeUnitVector } from "./unit-vector.ts";
import { readVectorsParquet, type StoredVectors } from "./vectors-parquet.ts";

export interface PrecomputedOptions {
  /** The encoder the vectors must come from, e.g. that of a saved router. */
  readonly expected?: EncoderFingerprint | undefined;
}

/** Loads the vectors of a file. Throws DataError for a file it cannot read, ArtefactError for another encoder's. */
export async function openPrecomputed(path: string, { expected }: PrecomputedOptions = {}): Promise<Encoder> {
  const { hashes, vectors, fingerprint: told } = await load(path);
  const fingerprint = told ?? (await fingerprintOfFile(path, vectors.cols));
  if (expected && fingerprintText(expected) !== fingerprintText(fingerprint))
    throw otherEncoder(path, expected, fingerprint);
  const rowOf = new Map(hashes.map((hash, i) => [hash, i]));
  return {
    fingerprint,
    async encode(texts, { signal, onProgress } = {}) {
      throwIfAborted(signal, "Encoding");
      const rows = texts.map((text) => rowOf.get(textHash(text)) ?? -1);
      const missing = rows.filter((found) => found < 0).length;
      if (missing > 0) throw notThere(path, texts, rows.indexOf(-1), missing);
      const out = matrix32(texts.length, vectors.cols);
      rows.forEach((found, i) => row(out, i).set(row(vectors, found)));
      onProgress?.(texts.length, texts.length);
      return out;
    },
  };
}

async function load(path: string): Promise<StoredVectors> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(path, "Check the path after file:");
    const problem = `cannot be read (${systemCode(cause)})`;
    throw new DataError({ problem, where: path, mend: "Check the path after file:", cause });
  });
  const extension = extname(path).toLowerCase();
  if (extension === ".parquet") return readVectorsParquet(path);
  if (extension === ".npy") return withTexts(path, bytes);
  throw new DataError({ problem: "vectors must be in a .parquet or a .npy file", where: path });
}

async function withTexts(path: string, bytes: Buffer): Promise<StoredVectors> {
  const raw = readNpy(bytes, path);
  const base = path.slice(0, -extname(path).length);
  const texts = (await hashesFromJsonLines(`${base}.jsonl`)) ?? (await hashesFromLines(`${base}.txt`));
  if (!texts) {
    throw new DataError({
      problem: "the texts of the vectors are missing",
      where: path,
      mend: `Put them beside it, in the same order: ${basename(base)}.jsonl with {"prompt": "…"} a line, or ${basename(base)}.txt`,
    });
  }
  if (texts.hashes.length !== raw.rows) {
    throw new DataError({
      problem: `${plural(texts.hashes.length, "text")} beside ${plural(raw.rows, "vector")}`,
      where: texts.file,
      mend: "Write one line per vector, in the same order",
    });
  }
  const vectors = matrix32(raw.rows, raw.cols);
  texts.hashes.forEach((hash, i) => storeUnitVector(vectors, i, row(raw, i), basename(path), hash));
  return { hashes: texts.hashes, vectors };
}

interface Companion {
  readonly file: string;
  readonly hashes: string[];
}

async function hashesFromJsonLines(file: string): Promise<Companion | undefined> {
  const hashes: string[] = [];
  try {
    await readTableRows(file, "jsonl", ({ prompt, sha256 }, line) => {
      if (typeof sha256 === "string") hashes.push(sha256);
      else if (typeof prompt === "string") hashes.push(textHash(prompt));
      else throw new DataError({ problem: 'has neither "prompt" nor "sha256"', where: `${file}, line ${line}` });
    });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
  return { file, hashes };
}

async function hashesFromLines(file: string): Promise<Companion | undefined> {
  try {
    const lines = (await readFile(file, "utf8")).split(/\r?\n/);
    if (lines.at(-1) === "") lines.pop();
    return { file, hashes: lines.map((line) => (/^[0-9a-f]{64}$/.test(line) ? line : textHash(line))) };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function fingerprintOfFile(path: string, dimensions: number): Promise<EncoderFingerprint> {
  const digest = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return {
    provider: "precomputed",
    model: basename(path),
    revision: digest.slice(0, 16),
    dimensions,
    truncation: "unknown",
    pooling: "unknown",
    normalised: true,
    instruction: "",
  };
}

function notThere(path: string, texts: readonly string[], first: number, missing: number): EncodeError {
  const text = texts[first]!;
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return new EncodeError({
    problem: `the file has no vector for ${missing} of ${plural(texts.length, "text")}, the first is text ${first} (${shown})`,
    where: path,
    mend: "Make the file from the same data: npx signalbox embed DATA -o vectors.parquet",
  });
}

function otherEncoder(path: string, expected: EncoderFingerprint, found: EncoderFingerprint): ArtefactError {
  return new ArtefactError({
    problem: `its vectors come from ${fingerprintText(found)}, the router wants ${fingerprintText(expected)}`,
    where: path,
    mend: "Embed the data again with the router's encoder, or fit the router on these vectors",
  });
}
