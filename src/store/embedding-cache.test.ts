import { appendFile, chmod, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ignoresPermissions } from "../../test/support/file-permissions.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Encoder } from "../core/encoder.ts";
import { EncodeError, InterruptedError } from "../core/errors.ts";
import { matrix32, row } from "../math/matrix.ts";
import { cachedEncoder as openCached } from "./embedding-cache.ts";

/** A cached encoder that is closed when the test is over. */
async function cachedEncoder(...arguments_: Parameters<typeof openCached>): Promise<Encoder> {
  const cached = await openCached(...arguments_);
  onTestFinished(() => cached.close?.());
  return cached;
}

/** Counts what it encodes; the vector of a text follows from its characters. */
function countingEncoder(model = "counting", failOn?: string): { encoder: Encoder; encoded: string[] } {
  const encoded: string[] = [];
  const encoder: Encoder = {
    fingerprint: {
      provider: "openai",
      model,
      revision: "1",
      dimensions: 5,
      truncation: "none",
      pooling: "none",
      normalised: true,
      instruction: "",
    },
    async encode(texts, options) {
      const out = matrix32(texts.length, 5);
      texts.forEach((text, i) => {
        if (text === failOn) throw new EncodeError({ problem: "no vector", where: `text ${i}` });
        for (let j = 0; j < 5; j++) row(out, i)[j] = text.length + j + (text.codePointAt(j) ?? 0) / 7;
      });
      encoded.push(...texts);
      options?.onProgress?.(texts.length, texts.length);
      return out;
    },
  };
  return { encoder, encoded };
}

const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
const recordBytes = 4 + 32 + 5 * 4 + 4;

async function filled(): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  const cached = await cachedEncoder(countingEncoder().encoder, folder);
  await cached.encode(texts);
  const name = (await readdir(folder)).find((entry) => entry.endsWith(".bin"))!;
  return { folder, file: join(folder, name) };
}

async function encodeAgain(folder: string): Promise<string[]> {
  const { encoder, encoded } = countingEncoder();
  const cached = await cachedEncoder(encoder, folder);
  expect(await cached.encode(texts)).toEqual(await countingEncoder().encoder.encode(texts));
  return encoded;
}

describe("the embedding cache", () => {
  it("encodes every distinct text once, in one run and in the next", async () => {
    const folder = await temporaryFolder();
    const { encoder, encoded } = countingEncoder();
    const cached = await cachedEncoder(encoder, folder);
    await cached.encode(["a", "b", "a"]);
    const out = await cached.encode(["b", "c", "a"]);
    expect(encoded).toEqual(["a", "b", "c"]);
    expect(out).toEqual(await countingEncoder().encoder.encode(["b", "c", "a"]));
    const next = countingEncoder();
    await (await cachedEncoder(next.encoder, folder)).encode(["c", "b", "a"]);
    expect(next.encoded).toEqual([]);
  });

  it("keeps the vectors of two encoders apart", async () => {
    const { folder } = await filled();
    const other = countingEncoder("another");
    await (await cachedEncoder(other.encoder, folder)).encode(texts);
    expect(other.encoded).toEqual(texts);
  });

  it("resumes an interrupted run with the texts that are left", async () => {
    const folder = await temporaryFolder();
    const stop = new AbortController();
    const first = countingEncoder();
    const cached = await cachedEncoder(first.encoder, folder, { batchTexts: 4 });
    const onProgress = (done: number): void => {
      if (done >= 8) stop.abort();
    };
    await expect(cached.encode(texts, { signal: stop.signal, onProgress })).rejects.toThrow(InterruptedError);
    expect(first.encoded).toEqual(texts.slice(0, 8));
    expect(await encodeAgain(folder)).toEqual(texts.slice(8));
  });

  it("keeps the batches before a failure, and says where it happened", async () => {
    const folder = await temporaryFolder();
    const cached = await cachedEncoder(countingEncoder("counting", "text 9").encoder, folder, { batchTexts: 4 });
    await expect(cached.encode(texts)).rejects.toThrow("uncached texts 8 to 11, text 1: no vector");
    expect(await encodeAgain(folder)).toEqual(texts.slice(8));
  });

  it.each([1, 30, recordBytes - 1])("loses one record when the last write was cut %i bytes short", async (short) => {
    const { folder, file } = await filled();
    await truncate(file, texts.length * recordBytes - short);
    expect(await encodeAgain(folder)).toEqual(["text 19"]);
    expect(await encodeAgain(folder)).toEqual([]);
  });

  it("finds a damaged record and encodes its text again", async () => {
    const { folder, file } = await filled();
    const bytes = await readFile(file);
    bytes[7 * recordBytes + 40]! ^= 0x10;
    await writeFile(file, bytes);
    expect(await encodeAgain(folder)).toEqual(["text 7"]);
    expect(await encodeAgain(folder)).toEqual([]);
  });

  it("reads on past foreign bytes and false markers", async () => {
    const { folder, file } = await filled();
    const bytes = await readFile(file);
    await writeFile(
      file,
      Buffer.concat([Buffer.from("xxSBV1SBV1junk"), bytes.subarray(0, 3 * recordBytes), Buffer.from("SBV")]),
    );
    await appendFile(file, bytes.subarray(3 * recordBytes));
    expect(await encodeAgain(folder)).toEqual([]);
  });

  it("lets two encoders write to one file at the same time", async () => {
    const folder = await temporaryFolder();
    const [one, two] = [countingEncoder(), countingEncoder()];
    const [first, second] = await Promise.all([
      cachedEncoder(one.encoder, folder, { batchTexts: 2 }),
      cachedEncoder(two.encoder, folder, { batchTexts: 3 }),
    ]);
    await Promise.all([first.encode(texts.slice(0, 12)), second.encode(texts.slice(8))]);
    expect(await encodeAgain(folder)).toEqual([]);
  });

  it("reports known texts as done from the start", async () => {
    const { folder } = await filled();
    const cached = await cachedEncoder(countingEncoder().encoder, folder);
    const seen: [number, number][] = [];
    await cached.encode([...texts, "new"], { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [20, 21],
      [21, 21],
    ]);
  });

  it.skipIf(ignoresPermissions())("names a folder it cannot write to", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o500);
    await expect(cachedEncoder(countingEncoder().encoder, folder)).rejects.toThrow(
      "cannot be opened for writing (EACCES)",
    );
  });

  it("names a folder that is a file", async () => {
    const path = join(await temporaryFolder(), "file");
    await writeFile(path, "");
    await expect(cachedEncoder(countingEncoder().encoder, path)).rejects.toThrow(EncodeError);
  });
});
