import { existsSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { makeFolder } from "./make-folder.ts";

test("makes all that is missing, also when two ask at once", async () => {
  const path = join(await temporaryFolder(), "a", "b", "c");
  await Promise.all([makeFolder(path), makeFolder(path)]);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test("says no where a file stands in the way", async () => {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  await expect(makeFolder(join(file, "below"))).rejects.toThrow(/ENOTDIR|EEXIST/);
});

test.runIf(existsSync("/proc/self"))("ends below /proc, where the kernel never lets a folder be", async () => {
  await expect(makeFolder("/proc/signalbox/cache")).rejects.toThrow(/ENOENT|EACCES|EPERM/);
});
