/**
 * Vectors as a Parquet file: one row a prompt, columns dataset, split, index, sha256, prompt, vector (LIST<FLOAT>).
 * The encoder's fingerprint rides in the file's key-value metadata under "signalbox.encoder", so that a router fitted
 * on the file can be served by the encoder that made it.
 */
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { EncoderFingerprint } from "../core/encoder.ts";
import { DataError, SignalboxError } from "../core/errors.ts";
import { type Matrix32, matrix32, row } from "../math/matrix.ts";
import { requireWritableFolder, writeError } from "../store/atomic-write.ts";
import { quoted, withDuckDb } from "../store/duckdb.ts";
import { streamRows } from "../store/stream-rows.ts";
import { textHash } from "../store/embedding-cache.ts";
import { storeUnitVector } from "./unit-vector.ts";

/** Where a prompt stands in the data. */
export interface VectorRow {
  readonly dataset: string;
  readonly split: string;
  readonly index: number;
  readonly prompt: string;
}

/** Vectors by the sha256 of their text, and the encoder that made them where the file says so. */
export interface StoredVectors {
  readonly hashes: readonly string[];
  /** [hashes.length, d] unit-length rows. */
  readonly vectors: Matrix32;
  readonly fingerprint?: EncoderFingerprint | undefined;
}

const metadataKey = "signalbox.encoder";
const chunkRows = 1024;

const fingerprintSchema = z.object({
  provider: z.enum(["ngram", "transformers", "openai", "precomputed"]),
  model: z.string(),
  revision: z.string(),
  dimensions: z.int().positive(),
  truncation: z.string(),
  pooling: z.string(),
  normalised: z.boolean(),
  instruction: z.string(),
});

/** Writes the file, whole or not at all. Row i of `vectors` belongs to `rows[i]`. */
export async function writeVectorsParquet(
  path: string,
  rows: readonly VectorRow[],
  vectors: Matrix32,
  fingerprint: EncoderFingerprint,
): Promise<void> {
  const target = resolve(path);
  await requireWritableFolder(target);
  const folder = await mkdtemp(join(dirname(target), ".signalbox-vectors-"));
  try {
    const temporary = join(folder, "vectors.parquet");
    await writeRows(temporary, rows, vectors, fingerprint);
    await rename(temporary, target);
  } catch (error) {
    if (error instanceof SignalboxError || !(error instanceof Error)) throw error;
    throw writeError(path, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRows(
  path: string,
  rows: readonly VectorRow[],
  vectors: Matrix32,
  fingerprint: EncoderFingerprint,
): Promise<void> {
  const { DuckDBDataChunk, FLOAT, INTEGER, LIST, VARCHAR, listValue } = await import("@duckdb/node-api");
  const types = [VARCHAR, VARCHAR, INTEGER, VARCHAR, VARCHAR, LIST(FLOAT)];
  await withDuckDb(async (connection) => {
    await connection.run(
      `CREATE TABLE vectors (dataset VARCHAR, split VARCHAR, "index" INTEGER, sha256 VARCHAR, prompt VARCHAR, vector FLOAT[])`,
    );
    const appender = await connection.createAppender("vectors");
    for (let from = 0; from < rows.length; from += chunkRows) {
      const part = rows.slice(from, from + chunkRows);
      const chunk = DuckDBDataChunk.create(types, part.length);
      chunk.setRows(
        part.map(({ dataset, split, index, prompt }, i) => {
          const vector = listValue(Array.from(row(vectors, from + i)));
          return [dataset, split, index, textHash(prompt), prompt, vector];
        }),
      );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const metadata = `KV_METADATA {${quoted(metadataKey)}: ${quoted(JSON.stringify(fingerprint))}}`;
    await connection.run(`COPY vectors TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd, ${metadata})`);
  });
}

/** Reads a file with a `vector` column and `sha256` or `prompt`, from signalbox or from elsewhere. Throws DataError. */
export async function readVectorsParquet(path: string): Promise<StoredVectors> {
  return withDuckDb(async (connection) => {
    try {
      const source = `read_parquet(${quoted(path)})`;
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      const columns = described.getRows().map(([name]) => String(name));
      const key = keyColumn(columns, path);
      const width = `SELECT count(*)::INTEGER, max(len(vector))::INTEGER FROM ${source}`;
      const [[count, dimensions] = []] = (await connection.runAndReadAll(width)).getRows();
      const vectors = matrix32(Number(count), Number(dimensions ?? 0));
      const hashes: string[] = [];
      await streamRows(connection, `SELECT ${key}, vector::FLOAT[] FROM ${source}`, ([text, list]) => {
        const items = (list as { items: number[] } | null)?.items ?? [];
        storeUnitVector(vectors, hashes.length, items, basename(path), String(text));
        hashes.push(key === "sha256" ? String(text) : textHash(String(text)));
      });
      const kept = await connection.runAndReadAll(
        `SELECT decode(value) FROM parquet_kv_metadata(${quoted(path)}) WHERE decode(key) = ${quoted(metadataKey)}`,
      );
      return { hashes, vectors, fingerprint: fingerprintFrom(kept.getRows()[0]?.[0], path) };
    } catch (error) {
      if (error instanceof SignalboxError || !(error instanceof Error)) throw error;
      throw new DataError({
        problem: "cannot be read as Parquet",
        where: path,
        mend: "Write the file again, for example with: npx signalbox embed DATA -o vectors.parquet",
        cause: error,
      });
    }
  });
}

function keyColumn(columns: readonly string[], path: string): "sha256" | "prompt" {
  const key = (["sha256", "prompt"] as const).find((name) => columns.includes(name));
  if (key && columns.includes("vector")) return key;
  throw new DataError({
    problem: `has the columns ${columns.join(", ")}; needed are "vector" and "sha256" or "prompt"`,
    where: path,
    mend: "Rename the columns, or make the file with: npx signalbox embed DATA -o vectors.parquet",
  });
}

function fingerprintFrom(text: unknown, path: string): EncoderFingerprint | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return fingerprintSchema.parse(JSON.parse(text));
  } catch (cause) {
    const problem = `the metadata "${metadataKey}" does not describe an encoder`;
    throw new DataError({ problem, where: path, mend: "Write the file again", cause });
  }
}
