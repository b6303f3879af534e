import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { InterruptedError, PrerequisiteError } from "../core/errors.ts";
import { createPool } from "./worker-pool.ts";

async function workerFile(code: string): Promise<URL> {
  const path = join(await mkdtemp(join(tmpdir(), "signalbox-pool-")), "worker.mjs");
  await writeFile(path, code);
  return pathToFileURL(path);
}

test("tasks run on threads and give their results", async () => {
  const url = await workerFile(`import { threadId } from "node:worker_threads";
    export const twice = (x) => ({ value: 2 * x, threadId });`);
  await using pool = createPool(url, { threads: 2 });
  const results = await Promise.all([1, 2, 3].map((x) => pool.run<{ value: number; threadId: number }>("twice", x)));
  expect(results.map(({ value }) => value)).toEqual([2, 4, 6]);
  expect(results.every(({ threadId }) => threadId > 0)).toBe(true);
});

test("an aborted signal ends a task that would run for ever", async () => {
  const url = await workerFile(`export const endless = () => { for (;;); };`);
  await using pool = createPool(url, { threads: 1 });
  const controller = new AbortController();
  const running = pool.run("endless", null, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(running).rejects.toThrow(InterruptedError);
});

test("what the worker throws arrives at the caller", async () => {
  const url = await workerFile(`export const fail = () => { throw new RangeError("seven"); };`);
  await using pool = createPool(url, { threads: 1 });
  await expect(pool.run("fail", null)).rejects.toThrow("seven");
});

test("a source worker runs as its built twin", async () => {
  const url = new URL("../store/read-worker.ts", import.meta.url);
  expect(existsSync(url)).toBe(true);
  await using pool = createPool(url, { threads: 1 });
  expect(await pool.run("readBatch", { files: [], streamAboveBytes: 1 })).toMatchObject({ files: [], faults: [] });
});

test("an absent built worker is named with the command that builds it", () => {
  const create = (): unknown => createPool(new URL("./no-such-worker.ts", import.meta.url), { threads: 1 });
  expect(create).toThrow(PrerequisiteError);
  expect(create).toThrow(/dist\/parallel\/no-such-worker\.js.*npm run build/);
});
