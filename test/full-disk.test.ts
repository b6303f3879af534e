/** A disk that runs full in the middle of a collection: a real one, two megabytes beside what is held back. Needs root. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scanJournal } from "../src/collect/journal/scan.ts";
import { WriteError } from "../src/store/atomic-write.ts";
import { openLineLog } from "../src/store/line-log.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { simulatedCollection } from "./support/simulated-collection.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const prompts = 100;

test("every answer that was paid for is saved when the disk runs full, and the next run asks only the rest", async (context) => {
  const disk = await smallDisk();
  if (disk === undefined) return context.skip("needs root and a kernel that mounts a tmpfs");
  const content = "x".repeat(60_000);
  const server = await scriptedServer((_, response) =>
    json(response, { choices: [{ message: { content } }], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
  );
  onTestFinished(() => server.close());
  const { run } = await simulatedCollection({}, { prompts, baseUrl: `${server.url}/v1` });

  const error: unknown = await run({}, { output: disk.path }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WriteError);
  expect(String(error)).toContain("the disk is full");
  const asked = server.requests.length;
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(prompts);
  expect((await scanJournal(join(disk.path, "journal.jsonl"))).done.size).toBe(asked);
  expect(await readdir(disk.path)).toEqual(["journal.jsonl"]);

  disk.grow();
  expect((await run({}, { output: disk.path })).models[0]).toMatchObject({ done: prompts - asked, failed: 0 });
  expect(server.requests).toHaveLength(prompts);
});

test("a log whose disk runs full tears one line at most, counts what is not there, and goes on when there is room", async (context) => {
  const disk = await smallDisk();
  if (disk === undefined) return context.skip("needs root and a kernel that mounts a tmpfs");
  const path = join(disk.path, "spend.jsonl");
  const log = await openLineLog(path);
  const line = (i: number): string => JSON.stringify({ i, text: "x".repeat(100_000) });
  for (let i = 0; i < 100; i++) log.append(line(i));
  await log.flush();
  disk.grow();
  log.append(line(100));
  await log.close();
  const all = (await readFile(path, "utf8")).trimEnd().split("\n");
  const whole = all.filter((one) => one.endsWith('"}'));
  expect(log.lost).toBeGreaterThan(0);
  expect(whole).toHaveLength(101 - log.lost);
  expect(whole.at(-1)).toBe(line(100));
  expect(all.length - whole.length).toBeLessThanOrEqual(1);
});

async function smallDisk(): Promise<{ readonly path: string; readonly grow: () => void } | undefined> {
  const path = join(await temporaryFolder(), "disk");
  await mkdir(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", [path]));
  return { path, grow: () => execFileSync("mount", ["-o", "remount,size=64m", path]) };
}
