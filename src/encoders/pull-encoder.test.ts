import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveFile, sha256 } from "../../test/support/file-server.ts";
import { scriptedServer, type Answer, type ScriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { UsageError } from "../core/errors.ts";
import { pullEncoder, type PullOptions } from "./pull-encoder.ts";

const tiny = fileURLToPath(new URL("../../test/fixtures/tiny-encoder/", import.meta.url));
const prefix = "/org/tiny/resolve/main/";

/** A hub: small files at once; large ones by a redirect that states their checksum, as Hugging Face does. */
const hub =
  (weights: string, change: (bytes: Buffer) => Buffer = (bytes) => bytes): Answer =>
  async (request, response) => {
    const file = request.path.replace(prefix, "").replace("/cdn/", "");
    const known = ["config.json", "tokenizer.json", "tokenizer_config.json", weights];
    if (!known.includes(file)) return void response.writeHead(404).end();
    const source = file.endsWith(".onnx") ? "onnx/model.onnx" : file;
    const bytes = await readFile(join(tiny, source));
    if (file.endsWith(".onnx") && request.path.startsWith(prefix)) {
      const headers = {
        location: `/cdn/${file}`,
        "x-linked-etag": `"${sha256(bytes)}"`,
        "x-linked-size": `${bytes.length}`,
      };
      return void response.writeHead(302, headers).end();
    }
    serveFile(request, response, change(bytes));
  };

async function run(answer: Answer): Promise<{ server: ScriptedServer; modelsDir: string; options: PullOptions }> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  const modelsDir = await temporaryFolder();
  return { server, modelsDir, options: { endpoint: server.url, modelsDir, firstWaitMs: 1 } };
}

describe("pulling an encoder", () => {
  it("brings the model's files into its folder, the quantised weights where there are any", async () => {
    const { modelsDir, options } = await run(hub("onnx/model_quantized.onnx"));
    const { folder, files } = await pullEncoder("org/tiny", options);
    expect(folder).toBe(join(modelsDir, "org", "tiny"));
    expect(files).toEqual(["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"]);
    expect(await readFile(join(folder, "onnx/model_quantized.onnx"))).toEqual(
      await readFile(join(tiny, "onnx/model.onnx")),
    );
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([...files, "onnx"].toSorted());
  });

  it("takes the full weights where there are no others, and leaves alone what is there", async () => {
    const { server, options } = await run(hub("onnx/model.onnx"));
    expect((await pullEncoder("org/tiny", options)).files.at(-1)).toBe("onnx/model.onnx");
    const asked = server.requests.length;
    expect((await pullEncoder("org/tiny", options)).files).toEqual([]);
    expect(server.requests).toHaveLength(asked);
  });

  it("goes on with a file that came half way", async () => {
    const { server, modelsDir, options } = await run(hub("onnx/model_quantized.onnx"));
    await pullEncoder("org/tiny", options);
    const path = join(modelsDir, "org/tiny/onnx/model_quantized.onnx");
    const bytes = await readFile(path);
    const next = await temporaryFolder();
    await pullEncoder("org/tiny", { ...options, modelsDir: next }).catch(() => undefined);
    const half = join(next, "org/tiny/onnx/model_quantized.onnx");
    await rm(half);
    await writeFile(`${half}.part`, bytes.subarray(0, 1000));
    await writeFile(`${half}.part.etag`, `"${sha256(bytes)}"`);
    await pullEncoder("org/tiny", { ...options, modelsDir: next });
    expect(server.requests.at(-1)!.headers.range).toBe("bytes=1000-");
    expect(await readFile(half)).toEqual(bytes);
  });

  it("keeps nothing of weights that do not have the checksum the hub states", async () => {
    const damaged = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, i) => (i === 99 ? byte ^ 1 : byte)));
    const { modelsDir, options } = await run(hub("onnx/model_quantized.onnx", damaged));
    await expect(pullEncoder("org/tiny", options)).rejects.toThrow("wrong checksum");
    expect(await readdir(join(modelsDir, "org/tiny/onnx"))).toEqual([]);
  });

  it("names a model that the hub does not have", async () => {
    const { options } = await run((_, response) => void response.writeHead(404).end());
    await expect(pullEncoder("org/nothing", options)).rejects.toThrow(
      "/org/nothing/resolve/main/config.json: answered 404",
    );
  });

  it.each(["../etc", "a/b/c", "https://x/y", "", "a/../b"])("refuses %j as a name", async (name) => {
    await expect(pullEncoder(name, { endpoint: "http://127.0.0.1:1" })).rejects.toThrow(UsageError);
  });
});
