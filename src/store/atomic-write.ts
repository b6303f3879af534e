/** Files that are there whole or not at all: temporary file in the same folder, fsync, rename, fsync of the folder. */
import { existsSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SignalboxError } from "../core/errors.ts";

/** An output that cannot be written; nothing was left behind. */
export class WriteError extends SignalboxError {
  override readonly name = "WriteError";
}

/**
 * Writes `data` to `path`, replacing what is there; much of it in pieces, so that it need not be in memory at once.
 * After a crash at any moment `path` holds the old content or the new.
 * @throws WriteError when the folder is absent, not a folder, or not writable, or the disk is full; the old file stays.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeSynced(temporary, data);
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(target, error);
  }
}

/** Checks the folder of an output before long work, by making a file. @throws WriteError when none can be made there. */
export async function requireWritableFolder(path: string): Promise<void> {
  const probe = join(dirname(resolve(path)), `.signalbox.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await (await open(probe, "wx")).close();
    await rm(probe);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** As `requireWritableFolder`, for an output that is a file. @throws WriteError also where a folder stands in its place. */
export async function requireWritableFile(path: string): Promise<void> {
  await requireWritableFolder(path);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw writeError(path, Object.assign(new Error("a folder"), { code: "EISDIR" }));
}

/** Writes a new file and forces it to disk. Fails when the file exists. */
export async function writeSynced(
  path: string,
  data: string | Uint8Array | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = await open(path, "wx");
  try {
    await writeFile(file, data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Forces a folder's entries to disk, where the platform can (Windows cannot open folders). */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The `code` of a system error, e.g. "ENOENT"; "" for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const reasons: Readonly<Record<string, readonly [problem: string, mend: (folder: string) => string]>> = {
  ENOENT: ["its folder does not exist", (folder) => `Create it first: mkdir -p ${folder}`],
  ENOTDIR: ["its folder is a file", () => "Choose another path."],
  EISDIR: ["the path is a folder", () => "Name a file inside it."],
  EACCES: ["its folder is not writable", (folder) => `Choose another folder, or mend the rights of ${folder}.`],
  EPERM: ["its folder is not writable", (folder) => `Choose another folder, or mend the rights of ${folder}.`],
  EROFS: ["the file system is read-only", () => "Choose a folder on another disk."],
  ENOSPC: ["the disk is full", () => "Free some space, or choose a folder on another disk."],
};

/** What hindered the writing of `path`, in our words. */
export function writeError(path: string, error: unknown): WriteError {
  const code = systemCode(error);
  const known = reasons[code];
  const problem = known?.[0] ?? (code === "" ? "an unexpected fault" : `the system says ${code}`);
  const mend = known?.[1](dirname(path)) ?? "Choose another folder, on a disk with space left.";
  if (systemCode(error) === "ENOENT" && existsSync(dirname(path))) {
    return new WriteError({
      problem: "cannot be written: its folder takes no new files",
      where: path,
      mend: "Choose another folder.",
      cause: error,
    });
  }
  return new WriteError({ problem: `cannot be written: ${problem}`, where: path, mend, cause: error });
}
