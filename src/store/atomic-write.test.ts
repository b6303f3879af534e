import { chmod, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ignoresPermissions } from "../../test/support/file-permissions.ts";
import { writeFileAtomic, WriteError } from "./atomic-write.ts";

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "signalbox-write-"));

test("a file is replaced whole and nothing else is left in the folder", async () => {
  const path = join(await folder(), "report.json");
  await writeFile(path, "old");
  await writeFileAtomic(path, "new");
  expect(await readFile(path, "utf8")).toBe("new");
  expect(await readdir(join(path, ".."))).toEqual(["report.json"]);
});

test("an absent folder is named with the command that makes it", async () => {
  const path = join(await folder(), "absent", "report.json");
  const failure = writeFileAtomic(path, "x");
  await expect(failure).rejects.toThrow(WriteError);
  await expect(failure).rejects.toThrow(
    /report\.json: cannot be written: its folder does not exist\. .*mkdir -p .*absent/,
  );
});

test("a path that is a folder is refused and the folder stays", async () => {
  const path = await folder();
  await writeFile(join(path, "inside"), "x");
  await expect(writeFileAtomic(path, "x")).rejects.toThrow(/the path is a folder|cannot be written/);
  expect(await readdir(path)).toEqual(["inside"]);
});

test.skipIf(ignoresPermissions())("a folder without write permission is named, and the old file stays", async () => {
  const path = join(await folder(), "report.json");
  await writeFile(path, "old");
  await chmod(join(path, ".."), 0o500);
  await expect(writeFileAtomic(path, "new")).rejects.toThrow(/not writable/);
  expect(await readFile(path, "utf8")).toBe("old");
});
