import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { EncoderFingerprint } from "../core/encoder.ts";
import { ArtefactError, DataError, EncodeError } from "../core/errors.ts";
import { fromRows } from "../math/matrix.ts";
import { withDuckDb } from "../store/duckdb.ts";
import { textHash } from "../store/embedding-cache.ts";
import { npyBytes, readNpy } from "./npy.ts";
import { openPrecomputed } from "./precomputed.ts";
import { writeVectorsParquet } from "./vectors-parquet.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";

const texts = ["one", "two\nlines", 'it\'s "three"'];
const vectors = toMatrix32(
  fromRows([
    [1, 0, 0],
    [0, 0.6, 0.8],
    [-1, 0, 0],
  ]),
);
const fingerprint: EncoderFingerprint = {
  provider: "openai",
  model: "it's-a-model",
  revision: "r1",
  dimensions: 3,
  truncation: "none",
  pooling: "mean",
  normalised: true,
  instruction: "query: ",
};
const rows = texts.map((prompt, i) => ({ dataset: "toy", split: "test", index: i + 1, prompt }));

async function written(): Promise<string> {
  const path = join(await temporaryFolder(), "vectors.parquet");
  await writeVectorsParquet(path, rows, vectors, fingerprint);
  return path;
}

async function npyBeside(name: string, companion: string, bytes: Buffer = npyBytes(vectors)): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "v.npy"), bytes);
  if (name) await writeFile(join(folder, name), companion);
  return join(folder, "v.npy");
}

describe("vectors in Parquet", () => {
  it("come back by text, in any order, under the fingerprint of the encoder that made them", async () => {
    const encoder = await openPrecomputed(await written(), { expected: fingerprint });
    expect(encoder.fingerprint).toEqual(fingerprint);
    const out = await encoder.encode([texts[2]!, texts[0]!, texts[2]!]);
    expect([...out.data]).toEqual([-1, 0, 0, 1, 0, 0, -1, 0, 0]);
  });

  it("have the columns that other tools read, and leave nothing beside the file", async () => {
    const path = await written();
    const found = await withDuckDb(async (connection) => {
      const result = await connection.runAndReadAll(`SELECT * FROM '${path}' ORDER BY "index"`);
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`);
      return { rows: result.getRowObjectsJson(), types: described.getRows().map(([name, type]) => [name, type]) };
    });
    expect(found.types).toEqual([
      ["dataset", "VARCHAR"],
      ["split", "VARCHAR"],
      ["index", "INTEGER"],
      ["sha256", "VARCHAR"],
      ["prompt", "VARCHAR"],
      ["vector", "FLOAT[]"],
    ]);
    expect(found.rows[1]).toMatchObject({ dataset: "toy", index: 2, prompt: texts[1], sha256: textHash(texts[1]!) });
    expect(await readdir(join(path, ".."))).toEqual(["vectors.parquet"]);
  });

  it("may come from elsewhere, with a prompt and a vector column of doubles", async () => {
    const path = join(await temporaryFolder(), "own.parquet");
    await withDuckDb((connection) =>
      connection.run(`COPY (SELECT 'a' AS prompt, [3.0::DOUBLE, 4.0] AS vector) TO '${path}' (FORMAT parquet)`),
    );
    const encoder = await openPrecomputed(path);
    expect([...(await encoder.encode(["a"])).data].map((x) => x.toFixed(3))).toEqual(["0.600", "0.800"]);
    expect(encoder.fingerprint).toMatchObject({ provider: "precomputed", model: "own.parquet", dimensions: 2 });
  });

  it("are refused when a row is shorter, or a column is missing", async () => {
    const folder = await temporaryFolder();
    const make = async (name: string, select: string): Promise<string> => {
      await withDuckDb((connection) => connection.run(`COPY (${select}) TO '${folder}/${name}' (FORMAT parquet)`));
      return join(folder, name);
    };
    const ragged = make("a.parquet", "SELECT 'a' AS prompt, [1.0, 2.0] AS vector UNION ALL SELECT 'b', [1.0]");
    await expect(ragged.then((path) => openPrecomputed(path))).rejects.toThrow("gave 1 numbers instead of 2");
    const unnamed = make("b.parquet", "SELECT 'a' AS text, [1.0] AS embedding");
    await expect(unnamed.then((path) => openPrecomputed(path))).rejects.toThrow("has the columns text, embedding");
  });

  it("of another encoder are refused", async () => {
    const path = await written();
    const other = { ...fingerprint, model: "other" };
    await expect(openPrecomputed(path, { expected: other })).rejects.toThrow(ArtefactError);
  });

  it("name how many texts they lack, and the first", async () => {
    const encoder = await openPrecomputed(await written());
    const encoding = encoder.encode(["one", "unknown", "also unknown"]);
    await expect(encoding).rejects.toThrow(EncodeError);
    await expect(encoding).rejects.toThrow('the file has no vector for 2 of 3 texts, the first is text 1 ("unknown")');
  });
});

describe("vectors in .npy", () => {
  it("belong to the prompts or hashes in the .jsonl beside them", async () => {
    const lines = [{ prompt: texts[0] }, { sha256: textHash(texts[1]!) }, { prompt: texts[2] }];
    const path = await npyBeside("v.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
    const out = await (await openPrecomputed(path)).encode(texts);
    expect(out).toEqual(vectors);
  });

  it("belong to the lines of the .txt beside them", async () => {
    const path = await npyBeside("v.txt", `one\n${textHash(texts[1]!)}\nthree\n`);
    const out = await (await openPrecomputed(path)).encode(["three", texts[1]!]);
    expect([...out.data].map((x) => x.toFixed(1))).toEqual(["-1.0", "0.0", "0.0", "0.0", "0.6", "0.8"]);
  });

  it("are refused without texts, with too few, and with a row of zeros", async () => {
    await expect(npyBeside("", "").then((path) => openPrecomputed(path))).rejects.toThrow(
      "texts of the vectors are missing",
    );
    await expect(npyBeside("v.txt", "one\n").then((path) => openPrecomputed(path))).rejects.toThrow(
      "1 text beside 3 vectors",
    );
    const zero = npyBytes(toMatrix32(fromRows([[0, 0]])));
    await expect(npyBeside("v.txt", "one\n", zero).then((path) => openPrecomputed(path))).rejects.toThrow(
      "length zero",
    );
  });

  it("are read from half and double precision", () => {
    const header = (type: string): Buffer => {
      const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (1, 4), }`.padEnd(117) + "\n";
      return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"), Buffer.from(text)]);
    };
    const half = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001).buffer);
    const expected = [1, -2, 0.333251953125, 2 ** -24];
    expect([...readNpy(Buffer.concat([header("<f2"), half]), "x").data]).toEqual(expected);
    const double = Buffer.from(Float64Array.from(expected).buffer);
    expect([...readNpy(Buffer.concat([header("<f8"), double]), "x").data]).toEqual(expected);
  });

  it("are refused when cut short, of integers, of one axis, or by columns", () => {
    const good = npyBytes(vectors);
    const changed = (from: string, to: string): Buffer =>
      Buffer.from(good.toString("latin1").replace(from, to), "latin1");
    expect(() => readNpy(good.subarray(0, -1), "x")).toThrow("ends after 35 of 36 bytes");
    expect(() => readNpy(changed("<f4", "<i4"), "x")).toThrow("holds numbers of type <i4");
    expect(() => readNpy(changed("(3, 3)", "(9,)  "), "x")).toThrow("not a matrix of two axes");
    expect(() => readNpy(changed("False", "True "), "x")).toThrow("stored by columns");
    expect(() => readNpy(Buffer.from("PK"), "x")).toThrow("is not a .npy file");
  });
});

describe("a vector file", () => {
  it("that is absent, or of another kind, is named", async () => {
    const folder = await temporaryFolder();
    await expect(openPrecomputed(join(folder, "no.npy"))).rejects.toThrow("no such file or folder");
    await writeFile(join(folder, "v.csv"), "1,2");
    await expect(openPrecomputed(join(folder, "v.csv"))).rejects.toThrow(DataError);
    await writeFile(join(folder, "v.parquet"), "not parquet");
    await expect(openPrecomputed(join(folder, "v.parquet"))).rejects.toThrow("cannot be read as Parquet");
  });
});
