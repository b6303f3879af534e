/** Two `signalbox fetch` at once, to one folder: two processes, one download, no harm. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { create } from "tar";
import { expect, onTestFinished, test } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { serveFile, sha256 } from "./support/file-server.ts";
import { scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("two processes that fetch to one folder both find it whole, after one download", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "release"));
  await writeFile(join(folder, "release", "a.json"), '{"records": []}');
  const file = join(folder, "release.tar.gz");
  await create({ gzip: true, file, cwd: folder }, ["release"]);
  const archive = await readFile(file);
  const server = await scriptedServer(async (request, response) => {
    // Long enough for the other process to start and meet the first at work.
    await wait(2500);
    serveFile(request, response, archive);
  });
  onTestFinished(() => server.close());
  const destination = join(folder, "out", "data");
  const args = ["fetch", "llmrouterbench", "-o", destination, "--url", `${server.url}/release.tar.gz`];

  const runs = await Promise.all([1, 2].map(() => signalbox([...args, "--sha256", sha256(archive)])));

  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  expect(runs.map(({ stderr }) => stderr).join("")).toMatch(/process \d+ is fetching the same, waiting for it/);
  expect(server.requests).toHaveLength(1);
  expect(await readdir(join(folder, "out"))).toEqual(["data"]);
  expect(await readFile(join(destination, "release", "a.json"), "utf8")).toBe('{"records": []}');
});
