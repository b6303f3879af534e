import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openLineLog, rotatedFiles } from "./line-log.ts";
import type { WriteError } from "./atomic-write.ts";

test("lines stand in the order they came in, after those of earlier runs; the file is its owner's alone", async () => {
  const path = join(await temporaryFolder(), "logs", "calls.jsonl");
  for (const run of [1, 2]) {
    const log = await openLineLog(path);
    for (let i = 0; i < 100; i++) log.append(`${run} ${i}`);
    await log.close();
  }
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines.slice(0, -1)).toEqual([1, 2].flatMap((run) => Array.from({ length: 100 }, (_, i) => `${run} ${i}`)));
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test("a line that a crash has torn is ended, and the next one stands alone", async () => {
  const path = join(await temporaryFolder(), "calls.jsonl");
  await writeFile(path, 'whole\n{"to');
  const log = await openLineLog(path);
  log.append("next");
  await log.close();
  expect(await readFile(path, "utf8")).toBe('whole\n{"to\nnext\n');
});

test("two writers of one file tear none of each other's lines", async () => {
  const path = join(await temporaryFolder(), "calls.jsonl");
  const logs = [await openLineLog(path), await openLineLog(path)];
  for (let i = 0; i < 500; i++) logs[i % 2]?.append(`${i} ${"x".repeat(i)}`);
  await Promise.all(logs.map((log) => log.close()));
  const numbers = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => {
      const [number, rest = ""] = line.split(" ");
      return rest.length === Number(number) ? Number(number) : NaN;
    });
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

test("a file that grew too large is put aside, and only the newest of those are kept", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "calls.jsonl");
  const log = await openLineLog(path, { mostBytes: 100, keptFiles: 2 });
  for (let i = 0; i < 6; i++) {
    log.append(`${i} ${"x".repeat(80)}`);
    // oxlint-disable-next-line no-await-in-loop -- a batch each
    await log.flush();
  }
  await log.close();
  const files = [...(await rotatedFiles(path)), path];
  const first = await Promise.all(files.map(async (file) => (await readFile(file, "utf8"))[0]));
  expect(first).toEqual(["3", "4", "5"]);
  expect(await readdir(folder)).toHaveLength(3);
});

test("what cannot be written is counted and told once; writing goes on when it can", async () => {
  const folder = join(await temporaryFolder(), "logs");
  const path = join(folder, "calls.jsonl");
  const told: WriteError[] = [];
  const log = await openLineLog(path, { mostBytes: 10, onTrouble: (error) => told.push(error) });
  const add = async (line: string): Promise<void> => {
    log.append(line);
    await log.flush();
  };
  await add("x".repeat(20));
  await rm(folder, { recursive: true });
  await writeFile(folder, "no folder");
  for (const line of ["lost", "lost too"]) await add(line);
  expect([log.lost, told.length]).toEqual([2, 1]);
  await rm(folder);
  for (const line of ["there", "again"]) await add(line);
  await log.close();
  expect(log.lost).toBe(2);
  const kept = await Promise.all([...(await rotatedFiles(path)), path].map((file) => readFile(file, "utf8")));
  expect(kept.join("")).toBe("there\nagain\n");
});

test("a file that cannot be put aside is written on to, which is told", async () => {
  const path = join(await temporaryFolder(), "logs", "calls.jsonl");
  const told: WriteError[] = [];
  const log = await openLineLog(path, { mostBytes: 10, onTrouble: (error) => told.push(error) });
  log.append("x".repeat(20));
  await log.flush();
  await rm(path);
  log.append("goes on");
  await log.close();
  expect([log.lost, told.length]).toEqual([0, 1]);
  expect(await readFile(path, "utf8")).toBe("goes on\n");
});
