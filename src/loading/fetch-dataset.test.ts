import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../test/support/file-server.ts";
import { madeUpMirror, madeUpSources, zipped } from "../../test/support/made-up-sources.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { gpqa } from "../datasets/gpqa.ts";
import { livecodebenchPrivateTests } from "../datasets/livecodebench-private-tests.ts";
import { math500 } from "../datasets/math500.ts";
import { mathbench } from "../datasets/mathbench.ts";
import { riddlesense } from "../datasets/riddlesense.ts";
import { DownloadError } from "../store/download-error.ts";
import { unpackArchive } from "../store/unpack-archive.ts";
import { fetchDataset, fetchedBefore } from "./fetch-dataset.ts";
import { sourceAddress } from "./source-address.ts";

const now = (): Date => new Date("2026-01-01T00:00:00Z");
const token = (host: string) => ({ host: new URL(host).host, token: "hf_canary" });

describe("fetching a data set", () => {
  test("a part that a killed run left is no file; the next run asks for the rest only", async () => {
    const folder = await temporaryFolder();
    const [bytes = Buffer.alloc(0)] = (await madeUpSources(math500)).values();
    const part = join(folder, "math500", "test.jsonl.part");
    await mkdir(dirname(part));
    await writeFile(part, bytes.subarray(0, 40));
    await writeFile(`${part}.etag`, `"${sha256(bytes)}"`);
    expect(await fetchedBefore(math500, { folder })).toBeUndefined();

    const mirror = await madeUpMirror([math500]);
    const [file] = await fetchDataset(math500, { folder, mirror: mirror.url, now });
    expect(mirror.requests.map(({ headers }) => headers.range)).toEqual(["bytes=40-"]);
    expect(JSON.parse(await readFile(file?.local ?? "", "utf8"))).toEqual(math500.example);
    expect(file?.from).toMatchObject({ url: sourceAddress(math500.source, { path: "test.jsonl", format: "jsonl" }) });
    expect(await fetchedBefore(math500, { folder })).toHaveLength(1);
  });

  test("a file that has changed since, or lacks its note, counts for nothing and is fetched again", async () => {
    const folder = await temporaryFolder();
    const mirror = await madeUpMirror([math500]);
    const [file] = await fetchDataset(math500, { folder, mirror: mirror.url, now });
    const path = file?.local ?? "";
    await writeFile(path, "half");
    expect(await fetchedBefore(math500, { folder })).toBeUndefined();
    const [again] = await fetchDataset(math500, { folder, mirror: mirror.url, now });
    expect(again).toMatchObject({ alreadyThere: false, from: file?.from });
    const [fresh] = await fetchDataset(math500, { folder, mirror: mirror.url, now, refresh: true });
    expect(fresh?.alreadyThere).toBe(false);
    expect((await readdir(join(folder, "math500"))).toSorted()).toEqual([".test.jsonl.source", "test.jsonl"]);
  });

  test("a checksum that is known must come out", async () => {
    const folder = await temporaryFolder();
    const mirror = await madeUpMirror([math500]);
    const files = [{ path: "test.jsonl", format: "jsonl", sha256: "0".repeat(64) }] as const;
    const pinned = { ...math500, splits: { test: { files, expected: 1 } } };
    await expect(fetchDataset(pinned, { folder, mirror: mirror.url, now })).rejects.toThrow("wrong checksum");
    expect(await readdir(join(folder, "math500"))).toEqual([]);
  });

  test("a set that is not open to all says how to get access, and its token goes to its own host alone", async () => {
    const folder = await temporaryFolder();
    const shut = await madeUpMirror([gpqa], () => undefined);
    const error: unknown = await fetchDataset(gpqa, { folder, mirror: shut.url, now }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DownloadError);
    expect(String(error)).toMatch(/asks for access \(403\)\. Accept the terms/);
    const own = fetchDataset(gpqa, { folder, mirror: shut.url, now, token: token(shut.url) });
    await expect(own).rejects.toThrow("refuses the token (403)");
    await expect(own).rejects.not.toThrow("canary");

    const open = await madeUpMirror([gpqa]);
    await fetchDataset(gpqa, { folder, mirror: open.url, now, token: token(open.url) });
    await fetchDataset(gpqa, { folder, mirror: open.url, now, token: token("https://huggingface.co"), refresh: true });
    expect(open.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer hf_canary", undefined]);
  });

  test("a set by request, and one that only checks a reader, are no downloads", async () => {
    const folder = await temporaryFolder();
    await expect(fetchDataset(riddlesense, { folder, now })).rejects.toThrow(
      /not open to download\. Ask with the form/,
    );
    await expect(fetchDataset(livecodebenchPrivateTests, { folder, now })).rejects.toThrow(UsageError);
    await expect(fetchDataset(math500, { folder, now, split: "tset" })).rejects.toThrow('Did you mean "test"');
  });

  test("an archive without the file that it should hold is refused", async () => {
    const folder = await temporaryFolder();
    const [file] = Object.values(mathbench.splits)[0]?.files ?? [];
    const files = [{ ...file!, path: "elsewhere/rows.jsonl" }];
    const mirror = await madeUpMirror([mathbench]);
    const other = { ...mathbench, splits: { test: { files, expected: 1 } } };
    await expect(fetchDataset(other, { folder, mirror: mirror.url, now })).rejects.toThrow(
      "holds no elsewhere/rows.jsonl",
    );
  });
});

describe("a zip archive", () => {
  const archive = async (bytes: Buffer): Promise<string> => {
    const path = join(await temporaryFolder(), "rows.zip");
    await writeFile(path, bytes);
    return path;
  };

  test("gives its files; what leads out of the folder is left out", async () => {
    const folder = await temporaryFolder();
    await unpackArchive(await archive(zipped("in/rows.txt", Buffer.from("content"))), join(folder, "out"));
    expect(await readFile(join(folder, "out", "in", "rows.txt"), "utf8")).toBe("content");
    await unpackArchive(await archive(zipped("../escaped.txt", Buffer.from("x"))), join(folder, "other"));
    expect(await readdir(folder)).toEqual(["other", "out"]);
  });

  test.each([
    ["cut", (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
    [
      "with a byte changed",
      (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replace("content", "kontent"), "latin1"),
    ],
  ])("%s is refused, and leaves nothing", async (_, spoil) => {
    const folder = await temporaryFolder();
    const spoilt = await archive(spoil(zipped("rows.txt", Buffer.from("content"))));
    await expect(unpackArchive(spoilt, join(folder, "out"))).rejects.toThrow(DataError);
    expect(await readdir(folder)).toEqual([]);
  });
});
