/** A split's files in a folder that the user has already. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatasetDefinition, SourceFile } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";
import type { LocalFile } from "./read-rows.ts";
import { splitOf } from "./split-of.ts";

/**
 * Each file by its path in the source, or by the end of that path where only one file of the split ends so.
 * @throws UsageError naming the files that are not there.
 */
export function localFiles(dataset: DatasetDefinition, split: string | undefined, folder: string): LocalFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw noSuchPath(folder, "Give the folder that holds the set's files.");
  const { files } = splitOf(dataset, split)[1];
  const found = files.map((file) => ({ ...file, local: find(file, files, folder) }));
  const absent = found.filter(({ local }) => local === undefined).map(({ path }) => path);
  if (absent.length > 0) {
    throw new UsageError({
      problem: `${absent.slice(0, 3).join(", ")}${absent.length > 3 ? ", …" : ""} of ${dataset.id} not found`,
      where: folder,
      mend: `Files as at ${dataset.source.home}, in their folders or side by side.`,
    });
  }
  return found.map((file) => ({ ...file, local: file.local ?? "" }));
}

function find({ path, archive }: SourceFile, files: readonly SourceFile[], folder: string): string | undefined {
  const parts = path.split("/");
  const ends = parts.map((_, i) => parts.slice(i).join("/"));
  const own = ends.filter(
    (end) => files.filter((one) => one.path === end || one.path.endsWith(`/${end}`)).length === 1,
  );
  const local = own.map((end) => join(folder, end)).find((candidate) => isThere(candidate));
  // An archive's folder of JSON files may be the given folder itself.
  return local ?? (archive !== undefined && holdsJson(folder) ? folder : undefined);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function holdsJson(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith(".json"));
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}
