/** Writes a folder of files whole or not at all: beside its place first, then renamed into it. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SignalboxError, UsageError } from "../core/errors.ts";
import { writeFileAtomic } from "./atomic-write.ts";

/**
 * Writes `files` (name → content) as the folder at `path`. A folder already there is replaced if it holds only files of
 * these names; anything else there is left alone.
 * @throws UsageError when `path` is a folder with other content; SignalboxError when it cannot be written.
 */
export async function writeFolderAtomic(
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
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    // Not recursive: below /proc Node's recursive mkdir never ends, and a mistyped path should not become folders.
    await mkdir(draft);
    for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(draft, name), content);
    if (before !== undefined) {
      const old = `${draft}.old`;
      await rename(path, old);
      try {
        await rename(draft, path);
      } catch (error) {
        await rename(old, path);
        throw error;
      }
      await rm(old, { recursive: true, force: true });
    } else await rename(draft, path);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (cause instanceof SignalboxError) throw cause;
    throw new SignalboxError({
      problem: "cannot be written",
      where: path,
      mend: `Check that ${dirname(path)} exists and may be written.`,
      cause,
    });
  }
}

/** The names in a folder; undefined when there is none. */
async function listOrNothing(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new SignalboxError({
      problem: code === "ENOTDIR" ? "is a file, not a folder" : "cannot be read",
      where: path,
      mend: "Give a folder to write to.",
      cause: error,
    });
  }
}
