/** A file that changes while serve reads it is read again: no moment is without somebody who looks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { testGateway, testParts } from "../../test/support/gateway.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { fileState } from "./file-state.ts";
import { reloadWhenAsked } from "./gateway-reload.ts";
import type { OpenedParts } from "./open-parts.ts";

interface Watching {
  readonly path: string;
  /** what was read, in its order */
  readonly read: readonly string[];
  readonly told: readonly string[];
}

/** A gateway that looks at one file; `whileRead` happens between its reading and the reload's end, with its number from 1. */
async function watching(before: string, whileRead: (path: string, nth: number) => Promise<void>): Promise<Watching> {
  const path = join(await temporaryFolder(), "signalbox.yaml");
  const [read, told]: [string[], string[]] = [[], []];
  await writeFileAtomic(path, "first");
  const files = new Map([[path, await fileState(path)]]);
  await writeFileAtomic(path, before);
  const gateway = await testGateway([]);
  const open = async (): Promise<OpenedParts> => {
    const now = new Map([[path, await fileState(path)]]);
    read.push(await readFile(path, "utf8"));
    await whileRead(path, read.length);
    return { ...testParts([]), notes: [], files: now };
  };
  onTestFinished(reloadWhenAsked({ gateway, open, files, tell: (text) => told.push(text), lookEveryMs: 5 }));
  return { path, read, told };
}

test("what changed before anybody looked is read", async () => {
  const { read, told } = await watching("second", async () => undefined);
  await expect.poll(() => told, { timeout: 30_000 }).toEqual(["reloaded: a file has changed"]);
  expect(read).toEqual(["second"]);
});

test("what changes while it is read is read once more", async () => {
  const { read, told } = await watching("second", async (path, nth) => {
    if (nth === 1) await writeFileAtomic(path, "the third");
  });
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(2);
  expect(read).toEqual(["second", "the third"]);
});

test("what could not be read is told once, and read again when it has changed", async () => {
  const { path, read, told } = await watching("broken", async (_, nth) => {
    if (nth === 1) throw new Error("it is broken");
  });
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
  expect(told[0]).toMatch(/not reloaded .*it is broken/);
  await writeFileAtomic(path, "mended again");
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(2);
  expect(read).toEqual(["broken", "mended again"]);
});
