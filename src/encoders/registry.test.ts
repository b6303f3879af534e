import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { PrerequisiteError, UsageError } from "../core/errors.ts";
import { npyBytes } from "./npy.ts";
import { openEncoder, parseEncoderSpec } from "./registry.ts";

describe("opening an encoder", () => {
  it("gives the options of the one that has to be fitted", async () => {
    const opened = await openEncoder({ kind: "ngram", dimensions: 64 });
    expect(opened).toMatchObject({ kind: "fittable", options: { dimensions: 64, buckets: 32_768 } });
    expect(await openEncoder("ngram")).toMatchObject({ kind: "fittable", options: { dimensions: 256 } });
  });

  it("connects to an endpoint", async () => {
    const server = await scriptedServer((_, response) => json(response, { data: [{ embedding: [1, 2] }] }));
    onTestFinished(() => server.close());
    const opened = await openEncoder(`openai:tiny@${server.url}/v1`);
    expect(opened).toMatchObject({ kind: "ready", cacheable: true, encoder: { fingerprint: { dimensions: 2 } } });
    if (opened.kind === "ready") await opened.encoder.close?.();
  });

  it("reads a file of vectors", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "v.npy"), npyBytes({ rows: 1, cols: 2, data: Float32Array.of(0, 2) }));
    await writeFile(join(folder, "v.txt"), "a\n");
    const opened = await openEncoder(`file:${join(folder, "v.npy")}`);
    expect(opened).toMatchObject({ kind: "ready", cacheable: false });
    if (opened.kind === "ready") expect([...(await opened.encoder.encode(["a"])).data]).toEqual([0, 1]);
  });

  it("looks for a local model", async () => {
    const opening = openEncoder({ kind: "transformers", model: "org/none", modelsDir: await temporaryFolder() });
    await expect(opening).rejects.toThrow(PrerequisiteError);
  });

  it("reads the model and the address from a short spec", () => {
    expect(parseEncoderSpec("openai:org/m@v2@https://host/v1")).toMatchObject({
      model: "org/m@v2",
      baseUrl: "https://host/v1",
    });
    expect(parseEncoderSpec("transformers:C:\\models\\mini")).toMatchObject({ model: "C:\\models\\mini" });
  });

  it.each([
    ["ngrams", 'unknown encoder "ngrams". Did you mean "ngram"?'],
    ["opnai:x@http://y", 'Did you mean "openai"?'],
    ["openai:model", "Write it as openai:MODEL@BASE_URL"],
    ["file:", "Write it as file:PATH.parquet"],
    ["transformers", "Write it as transformers:NAME_OR_FOLDER"],
    ["ngram:512", 'has no "512"'],
    ["", "unknown encoder"],
  ])("refuses %j and says how to write it", async (spec, message) => {
    const opening = openEncoder(spec);
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow(message);
  });

  it("refuses an option that the encoder does not have", async () => {
    await expect(openEncoder({ kind: "ngram", bukets: 5 })).rejects.toThrow("bukets");
  });
});
