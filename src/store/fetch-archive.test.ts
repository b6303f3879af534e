import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveFile, sha256 } from "../../test/support/file-server.ts";
import { scriptedServer, type Answer, type ScriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { DataError, InterruptedError, UsageError } from "../core/errors.ts";
import { DownloadError } from "./download-error.ts";
import { fetchArchive, type FetchArchiveOptions, type FetchedArchive, llmRouterBench } from "./fetch-archive.ts";
import { requireSpace, resumableDownload } from "./resumable-download.ts";

async function serve(answer: Answer): Promise<ScriptedServer> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  return server;
}

/** A small release: a folder with two result files, and noise so that it comes in several pieces. */
async function release(prepare: (folder: string) => Promise<void> = async () => undefined): Promise<Buffer> {
  const folder = await temporaryFolder();
  const inner = join(folder, "bench-release", "toy");
  await mkdir(inner, { recursive: true });
  await writeFile(join(inner, "a.json"), '{"records": []}');
  let state = 1;
  const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, () => (state = (state * 48271) % 0x7fffffff) & 255));
  await writeFile(join(inner, "b.bin"), noise);
  await prepare(folder);
  const file = join(folder, "release.tar.gz");
  await create({ gzip: true, file, cwd: folder }, ["bench-release"]);
  return readFile(file);
}

interface Run {
  readonly server: ScriptedServer;
  readonly folder: string;
  readonly archive: Buffer;
  readonly fetch: (options?: Partial<FetchArchiveOptions>) => Promise<FetchedArchive>;
}

async function run(answer: (archive: Buffer) => Answer, archive?: Buffer): Promise<Run> {
  const bytes = archive ?? (await release());
  const server = await serve(answer(bytes));
  const folder = await temporaryFolder();
  const facts = {
    url: `${server.url}/bench-release.tar.gz`,
    sha256: sha256(bytes),
    bytes: bytes.length,
    firstWaitMs: 1,
  };
  const fetch = (options: Partial<FetchArchiveOptions> = {}): Promise<FetchedArchive> =>
    fetchArchive({ ...facts, destination: join(folder, "data"), ...options });
  return { server, folder, archive: bytes, fetch };
}

const wellBehaved =
  (archive: Buffer): Answer =>
  (request, response) =>
    serveFile(request, response, archive);

describe("fetching an archive", () => {
  it("downloads, checks, unpacks, and leaves nothing but the folder", async () => {
    const { folder, fetch } = await run(wellBehaved);
    const steps: string[] = [];
    const result = await fetch({ onProgress: (step, done, total) => steps.push(`${step} ${done === total}`) });
    expect(result).toEqual({ destination: join(folder, "data"), alreadyThere: false, skipped: [] });
    expect(await readdir(folder)).toEqual(["data"]);
    expect(await readFile(join(folder, "data/bench-release/toy/a.json"), "utf8")).toBe('{"records": []}');
    expect(steps).toContain("download true");
    expect(steps.at(-1)).toBe("unpack true");
  });

  it("does nothing when the folder is there already", async () => {
    const { server, fetch } = await run(wellBehaved);
    await fetch();
    expect((await fetch()).alreadyThere).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it("never overwrites something else", async () => {
    const { server, folder, fetch } = await run(wellBehaved);
    await mkdir(join(folder, "data"));
    await expect(fetch()).rejects.toThrow(UsageError);
    expect(server.requests).toHaveLength(0);
  });

  it("goes on after a broken connection, asking for the rest of the same version", async () => {
    const { server, fetch } = await run((archive) => (request, response, nth) => {
      serveFile(request, response, archive, nth === 0 ? { breakAfter: 100_000 } : {});
    });
    await fetch();
    expect(server.requests).toHaveLength(2);
    // What was under way when the line broke may be lost with it: the rest begins where the file on disk ends.
    const from = Number(/^bytes=(\d+)-$/.exec(server.requests[1]!.headers.range ?? "")?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(100_000);
    expect(server.requests[1]!.headers["if-range"]).toMatch(/^"[0-9a-f]{64}"$/);
  });

  it("keeps the part when interrupted, and the next run goes on from there", async () => {
    const { server, folder, fetch } = await run((archive) => (request, response, nth) => {
      serveFile(request, response, archive, nth === 0 ? { stallAfter: 150_000 } : {});
    });
    const stop = new AbortController();
    const onProgress = (_: string, done: number): void => {
      if (done >= 150_000) setTimeout(() => stop.abort(), 50);
    };
    await expect(fetch({ signal: stop.signal, onProgress })).rejects.toThrow(InterruptedError);
    expect((await readdir(folder)).toSorted()).toEqual([
      "data.signalbox-download.part",
      "data.signalbox-download.part.etag",
    ]);
    const kept = (await stat(join(folder, "data.signalbox-download.part"))).size;
    await fetch();
    expect(kept).toBe(150_000);
    expect(server.requests[1]!.headers.range).toBe("bytes=150000-");
  });

  it("starts again when the file has changed on the server", async () => {
    const newer = await release();
    const { server, folder, fetch } = await run(
      () => (request, response) => serveFile(request, response, newer),
      newer,
    );
    await writeFile(join(folder, "data.signalbox-download.part"), "bytes of an older version");
    await writeFile(join(folder, "data.signalbox-download.part.etag"), '"older"');
    await fetch();
    expect(server.requests).toHaveLength(1);
  });

  it("takes a part that is whole already", async () => {
    const { server, folder, archive, fetch } = await run(wellBehaved);
    await writeFile(join(folder, "data.signalbox-download.part"), archive);
    await fetch();
    expect(server.requests).toHaveLength(0);
  });

  it("keeps nothing when the checksum is wrong, and says so", async () => {
    const { folder, fetch } = await run((archive) => (request, response) => {
      const wrong = Buffer.from(archive);
      wrong[1000]! ^= 1;
      serveFile(request, response, wrong);
    });
    await expect(fetch()).rejects.toThrow(/wrong checksum: sha256 [0-9a-f]{64}, expected.*Nothing was kept/s);
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses another size before reading it, and a file that is not there", async () => {
    const { fetch } = await run(wellBehaved);
    await expect(fetch({ bytes: 5 })).rejects.toThrow("expected were 5");
    const missing = await run(() => (_, response) => void response.writeHead(404).end("no"));
    await expect(missing.fetch()).rejects.toThrow("answered 404");
    expect(missing.server.requests).toHaveLength(1);
  });

  it("tries again when the server is busy, and gives up in the end", async () => {
    const { server, fetch } = await run((archive) => (request, response, nth) => {
      if (nth < 2) response.writeHead(503).end();
      else serveFile(request, response, archive);
    });
    await fetch();
    expect(server.requests).toHaveLength(3);
    const down = await serve((_, response) => void response.writeHead(500).end());
    const destination = join(await temporaryFolder(), "f");
    const download = resumableDownload({ url: down.url, destination, retries: 2, firstWaitMs: 1 });
    await expect(download).rejects.toThrow("answered 500");
    expect(down.requests).toHaveLength(3);
  });

  it("says how much room is missing", async () => {
    await expect(requireSpace(await temporaryFolder(), 1e18)).rejects.toThrow("1000000000.0 GB are needed");
    const { fetch } = await run(wellBehaved);
    await expect(fetch({ unpackedBytes: 1e18 })).rejects.toThrow(DownloadError);
  });
});

describe("redirects of a download", () => {
  it("are followed on the same loopback host, five at most", async () => {
    const { server, fetch } = await run((archive) => (request, response, nth) => {
      if (nth < 5) response.writeHead(302, { location: `/hop-${nth}?signature=secret` }).end();
      else serveFile(request, response, archive);
    });
    await fetch();
    expect(server.requests).toHaveLength(6);
    const endless = await run(() => (_, response) => void response.writeHead(302, { location: "/again" }).end());
    await expect(endless.fetch()).rejects.toThrow("more than 5 redirects");
  });

  it("are refused towards plain http elsewhere, without showing what a signed link carries", async () => {
    const { fetch } = await run(() => (_, response) => {
      response.writeHead(302, { location: "http://example.invalid/file?signature=secret" }).end();
    });
    const error = await fetch().catch((e: unknown) => String(e));
    expect(error).toContain("redirects to http://example.invalid/file, which is not https");
    expect(error).not.toContain("secret");
  });

  it("carry no credentials, and an address with credentials is refused", async () => {
    const { server, fetch } = await run(wellBehaved);
    await fetch();
    expect(server.requests[0]!.headers).not.toHaveProperty("authorization");
    expect(server.requests[0]!.headers).not.toHaveProperty("cookie");
    await expect(
      fetch({ url: "http://me:pw@127.0.0.1/x", destination: join(await temporaryFolder(), "d") }),
    ).rejects.toThrow("holds credentials");
  });

  it("may carry the checksum of the file on the first reply", async () => {
    const bytes = Buffer.from("model");
    const server = await serve((request, response) => {
      if (request.path === "/real") return serveFile(request, response, bytes);
      response
        .writeHead(302, { location: "/real", "x-linked-etag": `"${"0".repeat(64)}"`, "x-linked-size": "5" })
        .end();
    });
    const destination = join(await temporaryFolder(), "model.onnx");
    await expect(resumableDownload({ url: server.url, destination })).rejects.toThrow("wrong checksum");
  });
});

describe("unpacking an archive", () => {
  it("leaves out links and says which", async () => {
    const archive = await release((folder) => symlink("/etc/passwd", join(folder, "bench-release", "link")));
    const { folder, fetch } = await run(wellBehaved, archive);
    expect((await fetch()).skipped).toEqual(["bench-release/link"]);
    expect((await readdir(join(folder, "data/bench-release"))).toSorted()).toEqual(["toy"]);
  });

  it("leaves out paths that lead out of the folder", async () => {
    const source = await temporaryFolder();
    await mkdir(join(source, "in"));
    await writeFile(join(source, "evil.json"), "{}");
    const file = join(source, "a.tar.gz");
    await create({ gzip: true, file, cwd: join(source, "in"), preservePaths: true }, ["../evil.json"]);
    const { folder, fetch } = await run(wellBehaved, await readFile(file));
    expect((await fetch()).skipped).toEqual(["../evil.json"]);
    expect(await readdir(folder)).toEqual(["data"]);
  });

  it("names an archive that is cut short, and makes no folder of it", async () => {
    const archive = await release();
    const short = archive.subarray(0, archive.length - 50_000);
    const { folder, fetch } = await run(wellBehaved, short);
    await expect(fetch()).rejects.toThrow(DataError);
    expect(await readdir(folder)).toEqual(["data.signalbox-download"]);
  });

  it("removes what a killed run left half unpacked, and uses its download", async () => {
    const { server, folder, archive, fetch } = await run(wellBehaved);
    await writeFile(join(folder, "data.signalbox-download"), archive);
    await mkdir(join(folder, "data.unpacking-0123"));
    await fetch();
    expect(await readdir(folder)).toEqual(["data"]);
    expect(server.requests).toHaveLength(0);
  });

  it("downloads again over an archive that was cut", async () => {
    const { folder, archive, fetch } = await run(wellBehaved);
    await writeFile(join(folder, "data.signalbox-download"), archive);
    await truncate(join(folder, "data.signalbox-download"), 10);
    await fetch();
    expect(await readdir(folder)).toEqual(["data"]);
  });
});

describe("the public release", () => {
  it("is pinned by revision, size and checksum", () => {
    expect(llmRouterBench.url).toMatch(/\/resolve\/[0-9a-f]{40}\/bench-release\.tar\.gz$/);
    expect(llmRouterBench.bytes).toBe(1_283_503_080);
    expect(llmRouterBench.sha256).toHaveLength(64);
  });
});
