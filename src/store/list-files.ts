/** Finds the `.json` files of a data folder, with what tells later whether they changed. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { join } from "node:path";
import { DataError, UsageError } from "../core/errors.ts";
import { isNotThere, noSuchPath } from "./no-such-path.ts";

/** Size, times and place of a file or folder: equal stamps mean equal content, unless it was touched a moment ago. */
export interface FileStamp {
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly inode: string;
}

export interface ListedFile {
  /** relative to the data folder, with "/" */
  readonly path: string;
  readonly absolute: string;
  readonly size: number;
  readonly stamp: FileStamp;
}

export interface DataListing {
  /** the real path of the data folder */
  readonly root: string;
  readonly files: readonly ListedFile[];
  /** all folders walked, relative to the root, "" the root itself */
  readonly folders: readonly { readonly path: string; readonly stamp: FileStamp }[];
}

/** What tells one state of a file from another. */
export function stampOf(stats: BigIntStats): FileStamp {
  return {
    size: String(stats.size),
    mtimeNs: String(stats.mtimeNs),
    ctimeNs: String(stats.ctimeNs),
    inode: String(stats.ino),
  };
}

/**
 * All `*.json` files at or below `path`, links followed, folders whose name starts with a dot left out; by path.
 * @throws DataError when there is none.
 */
export function listJsonFiles(path: string): DataListing {
  const root = dataRoot(path);
  const files: ListedFile[] = [];
  const folders: { path: string; stamp: FileStamp }[] = [];
  const visited = new Set<string>();
  const walk = (folder: string): void => {
    const absolute = join(root, folder);
    const stats = statSync(absolute, { bigint: true });
    const identity = `${stats.dev}:${stats.ino}`;
    if (visited.has(identity)) return;
    visited.add(identity);
    folders.push({ path: folder, stamp: stampOf(stats) });
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      const inside = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const target = entry.isSymbolicLink() ? statSync(join(root, inside), { throwIfNoEntry: false }) : entry;
      if (target?.isDirectory()) {
        if (!entry.name.startsWith(".")) walk(inside);
      } else if (target?.isFile() && entry.name.endsWith(".json")) files.push(listedFile(root, inside));
    }
  };
  walk("");
  if (files.length === 0) throw noFiles(path);
  return { root, files: files.toSorted((a, b) => comparePaths(a.path, b.path)), folders };
}

function listedFile(root: string, path: string): ListedFile {
  const absolute = join(root, path);
  const stats = statSync(absolute, { bigint: true });
  return { path, absolute, size: Number(stats.size), stamp: stampOf(stats) };
}

/** Path order: part by part, in code-point order, the order in which results are loaded. */
export function comparePaths(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const first = a.charCodeAt(i);
    const second = b.charCodeAt(i);
    if (first !== second) return pathRank(first) - pathRank(second);
  }
  return a.length - b.length;
}

/**
 * A code unit's place in path order: "/" before all, so that a shorter part comes first; surrogates after U+FFFF's
 * neighbours, as the code points they stand for do.
 */
function pathRank(unit: number): number {
  if (unit === 0x2f) return -1;
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/**
 * The real path of an existing folder.
 * @throws UsageError naming near siblings when there is nothing at `path`, or when it is a file.
 */
export function dataRoot(path: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    if (isNotThere(error)) throw noSuchPath(path);
    throw new DataError({
      problem: "cannot be read",
      where: path,
      mend: "Check the rights of the folder.",
      cause: error,
    });
  }
  if (statSync(real).isDirectory()) return real;
  throw new UsageError({ problem: "is a file, not a folder of results", where: path, mend: "Name the folder." });
}

function noFiles(path: string): DataError {
  return new DataError({
    problem: "no result files: no .json file at or below this folder",
    where: path,
    mend: "Name a folder in the layout results/bench/<dataset>/<split>/<model>/<time>.json, or a CSV, JSONL or Parquet file.",
  });
}
