/**
 * Writes a folder of files whole or not at all: beside its place first, then renamed into it. A folder that is replaced
 * is moved aside for a moment; a process killed in that moment leaves it there, and it is put back when next asked for.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SignalboxError, UsageError } from "../core/errors.ts";
import { systemCode, writeFileAtomic } from "./atomic-write.ts";
import { exclusively } from "./exclusively.ts";

/**
 * Writes `files` (name → content) as the folder at `path`. A folder already there is replaced if it holds only files of
 * these names; anything else there is left alone. Writers of one folder wait for each other.
 * @throws UsageError when `path` is a folder with other content; SignalboxError when it cannot be written.
 */
export async function writeFolderAtomic(
  path: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const target = resolve(path);
  try {
    await lockedFor(target, async () => {
      await putBack(target, Object.keys(files));
      await replace(target, path, files);
      await removeLeftovers(target);
    });
  } catch (cause) {
    if (cause instanceof SignalboxError) throw cause;
    throw new SignalboxError({
      problem: "cannot be written",
      where: path,
      mend: `Check that ${dirname(path)} exists and may be written.`,
      cause,
    });
  }
}

/**
 * Puts a folder back that a killed write left moved aside, if it is missing and the one aside holds all of `names`.
 * True when it did. A folder that is there costs one look.
 * @throws SignalboxError with the command to give when it may not be moved.
 */
export async function recoverFolder(path: string, names: readonly string[]): Promise<boolean> {
  const target = resolve(path);
  const aside = await movedAside(target, names);
  if (aside === undefined) return false;
  try {
    // A writer between its two renames looks the same as a killed one: it is waited for.
    return await lockedFor(target, () => putBack(target, names));
  } catch (cause) {
    throw new SignalboxError({
      problem: "a save was cut short, and what was there before cannot be put back",
      where: path,
      mend: `Put it back yourself: mv "${aside}" "${target}"`,
      cause,
    });
  }
}

async function lockedFor<Result>(target: string, work: () => Promise<Result>): Promise<Result> {
  return await exclusively(join(dirname(target), `.${basename(target)}.lock`), work, { what: "Saving" });
}

async function putBack(target: string, names: readonly string[]): Promise<boolean> {
  const aside = await movedAside(target, names);
  if (aside === undefined) return false;
  await rename(aside, target);
  return true;
}

/** The whole folder that a killed write moved aside; undefined when there is none or the target is in its place. */
async function movedAside(target: string, names: readonly string[]): Promise<string | undefined> {
  if (await exists(target)) return undefined;
  for (const name of await leftovers(target)) {
    if (!name.endsWith(".old")) continue;
    // oxlint-disable-next-line no-await-in-loop
    const held = await readdir(join(dirname(target), name)).catch((): string[] => []);
    if (names.every((wanted) => held.includes(wanted))) return join(dirname(target), name);
  }
  return undefined;
}

async function replace(
  target: string,
  path: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const before = await listOrNothing(path);
  const foreign = before?.find((name) => !(name in files));
  if (foreign !== undefined) {
    throw new UsageError({
      problem: `holds other files ("${foreign}")`,
      where: path,
      mend: "Give a new or empty folder.",
    });
  }
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    // Not recursive: below /proc Node's recursive mkdir never ends, and a mistyped path should not become folders.
    await mkdir(draft);
    for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(draft, name), content);
    if (before === undefined) await rename(draft, target);
    else await swap(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function swap(draft: string, target: string): Promise<void> {
  const old = `${draft}.old`;
  await rename(target, old);
  try {
    await rename(draft, target);
  } catch (error) {
    await rename(old, target);
    throw error;
  }
}

/** Drafts and former contents: only the holder of the lock makes them, so what lies there is nobody's. */
async function removeLeftovers(target: string): Promise<void> {
  for (const name of await leftovers(target)) {
    // oxlint-disable-next-line no-await-in-loop
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

async function leftovers(target: string): Promise<string[]> {
  const prefix = `.${basename(target)}.`;
  const names = await readdir(dirname(target)).catch((): string[] => []);
  return names.filter((name) => name.startsWith(prefix) && /^[0-9a-f-]{36}(\.old)?$/.test(name.slice(prefix.length)));
}

/** What may not be looked at counts as there: reading it will say why not. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes(systemCode(error));
  }
}

/** The names in a folder; undefined when there is none. */
async function listOrNothing(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") return undefined;
    throw new SignalboxError({
      problem: code === "ENOTDIR" ? "is a file, not a folder" : "cannot be read",
      where: path,
      mend: "Give a folder to write to.",
      cause: error,
    });
  }
}
