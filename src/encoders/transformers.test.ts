import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { InterruptedError, PrerequisiteError } from "../core/errors.ts";
import { row } from "../math/matrix.ts";
import { openTransformers, transformersSchema } from "./transformers.ts";

const tiny = fileURLToPath(new URL("../../test/fixtures/tiny-encoder", import.meta.url));
const given = process.env["SIGNALBOX_TRANSFORMERS"];
const spec = (options: object = {}) => transformersSchema.parse({ kind: "transformers", model: tiny, ...options });

function isInstalled(): boolean {
  if (given) return true;
  try {
    return Boolean(createRequire(import.meta.url).resolve("@huggingface/transformers"));
  } catch {
    return false;
  }
}

afterEach(() => {
  if (given === undefined) delete process.env["SIGNALBOX_TRANSFORMERS"];
  else process.env["SIGNALBOX_TRANSFORMERS"] = given;
});

const name = isInstalled()
  ? "the transformers.js encoder"
  : "the transformers.js encoder (skipped: @huggingface/transformers is not installed, SIGNALBOX_TRANSFORMERS not set)";

describe.skipIf(!isInstalled())(name, () => {
  it("gives the mean of the token vectors, at length one", async () => {
    const encoder = await openTransformers(spec());
    const out = await encoder.encode(["the dog", "the cat"]);
    expect(encoder.fingerprint).toMatchObject({ provider: "transformers", model: "tiny-encoder", dimensions: 8 });
    const expected = await meanOfTokens(["[CLS]", "the", "dog", "[SEP]"]);
    expected.forEach((value, j) => expect(row(out, 0)[j]).toBeCloseTo(value, 5));
    expect(row(out, 1)).not.toEqual(row(out, 0));
    await encoder.close?.();
  });

  it("gives a text the same vector alone and among longer ones, in the order of the texts", async () => {
    const encoder = await openTransformers(spec({ batchTexts: 2 }));
    const texts = ["what is the capital of the country", "dog", "a red house by the river", "", "sum"];
    const together = await encoder.encode(texts);
    for (const [i, text] of texts.entries()) {
      // oxlint-disable-next-line no-await-in-loop
      const alone = await encoder.encode([text]);
      alone.data.forEach((value, j) => expect(row(together, i)[j]).toBeCloseTo(value, 6));
    }
    await encoder.close?.();
  });

  it("keeps head and tail of a text that is longer than the model reads", async () => {
    const encoder = await openTransformers(spec());
    expect(encoder.fingerprint.truncation).toBe("head 2/3 + tail 1/3 of 192 characters, then 64 tokens");
    const long = (end: string): string => `${"the dog and the cat ".repeat(50)} ${end}`;
    const out = await encoder.encode([long("king"), long("river")]);
    expect(row(out, 0)).not.toEqual(row(out, 1));
    await encoder.close?.();
  });

  it("finds a model by its name below the models folder, and tells models apart by what is in them", async () => {
    const modelsDir = await temporaryFolder();
    await cp(tiny, join(modelsDir, "org", "tiny"), { recursive: true });
    const config = join(modelsDir, "org", "tiny", "config.json");
    await writeFile(config, (await readFile(config, "utf8")).replace("{", "{ "));
    const [named, direct] = [
      await openTransformers(spec({ model: "org/tiny", modelsDir })),
      await openTransformers(spec()),
    ];
    expect(named.fingerprint.model).toBe("org/tiny");
    expect(named.fingerprint.revision).not.toBe(direct.fingerprint.revision);
    await Promise.all([named.close?.(), direct.close?.()]);
  });

  it("reports progress and stops when told to", async () => {
    const encoder = await openTransformers(spec({ batchTexts: 2 }));
    const stop = new AbortController();
    const encoding = encoder.encode(["a", "b", "c", "d"], {
      signal: stop.signal,
      onProgress: (done) => done === 2 && stop.abort(),
    });
    await expect(encoding).rejects.toThrow(InterruptedError);
    await encoder.close?.();
  });

  it("says which file of a model is damaged or missing", async () => {
    const folder = join(await temporaryFolder(), "broken");
    await cp(tiny, folder, { recursive: true });
    await writeFile(join(folder, "onnx/model.onnx"), "not a model");
    await expect(openTransformers(spec({ model: folder }))).rejects.toThrow("the encoder's files cannot be loaded");
    await rm(join(folder, "tokenizer.json"));
    await expect(openTransformers(spec({ model: folder }))).rejects.toThrow("tokenizer.json: cannot be read");
  });
});

describe("the transformers.js encoder, when something is absent", () => {
  it("names the command that installs the package", async () => {
    process.env["SIGNALBOX_TRANSFORMERS"] = join(await temporaryFolder(), "nowhere");
    const opening = openTransformers(spec());
    await expect(opening).rejects.toThrow(PrerequisiteError);
    await expect(opening).rejects.toThrow("npm install @huggingface/transformers");
  });

  it("names the command that downloads the model", async () => {
    const modelsDir = await temporaryFolder();
    await mkdir(join(modelsDir, "org/empty"), { recursive: true });
    const opening = openTransformers(spec({ model: "org/empty", modelsDir }));
    await expect(opening).rejects.toThrow("signalbox encoder pull org/empty");
  });
});

/** The reference: token vectors read straight from the fixture's ONNX file, where they are the only float data. */
async function meanOfTokens(tokens: string[]): Promise<number[]> {
  const { model } = JSON.parse(await readFile(join(tiny, "tokenizer.json"), "utf8")) as {
    model: { vocab: Record<string, number> };
  };
  const bytes = await readFile(join(tiny, "onnx/model.onnx"));
  const count = Object.keys(model.vocab).length;
  // raw_data is field 9, wire type 2, then its length as a varint of two bytes.
  const length = count * 8 * 4;
  const start = bytes.indexOf(Buffer.from([(9 << 3) | 2, (length & 127) | 128, length >> 7])) + 3;
  const mean = Array.from({ length: 8 }, (_, j) =>
    tokens.reduce((sum, token) => sum + bytes.readFloatLE(start + (model.vocab[token]! * 8 + j) * 4), 0),
  );
  const norm = Math.hypot(...mean);
  return mean.map((value) => value / norm);
}
