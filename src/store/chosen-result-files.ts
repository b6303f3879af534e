/** The result files of a folder that count, by their heads alone: for tools that read files one by one. */
import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { DataError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { chooseFiles, fileStamp } from "./choose-files.ts";
import type { FileVersion } from "./choose-files.ts";
import { listJsonFiles } from "./list-files.ts";
import type { ListedFile } from "./list-files.ts";
import { runOf } from "./part-samples.ts";
import { readBytes } from "./read-bytes.ts";
import { brokenJson, headerOf } from "./result-format.ts";
import type { ResultHeader } from "./result-format.ts";

export interface ChosenResultFile {
  /** relative to the folder that was read */
  readonly path: string;
  readonly absolute: string;
  /** the versions whose scores are of answers that this file has replaced, newest first */
  readonly stale: readonly { readonly path: string; readonly absolute: string }[];
  /** whether the run has further samples of its answers, each in a file of its own */
  readonly isOneOfSeveral: boolean;
  /** the greatest stamp in the names of this run's versions; 0 where none has one */
  readonly latestStamp: number;
}

/**
 * One file per data set, split, model and sample, chosen as the table of outcomes chooses (choose-files.ts), trial runs left out.
 * Files that are no result files are passed over.
 * @throws UsageError for a path that is no folder; DataError where there is no JSON file, only trial runs, or broken JSON.
 */
export async function chosenResultFiles(root: string): Promise<ChosenResultFile[]> {
  const { files } = listJsonFiles(root);
  const listed = new Map(files.map((file) => [file.path, file]));
  const versions: FileVersion[] = [];
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other bounds the memory
    const header = await readHeader(file);
    if (typeof header !== "string") versions.push(versionOf(file, header));
  }
  const { winners, shadowed, stale, demo } = chooseFiles(versions, listed, false);
  if (winners.length === 0 && demo.length > 0) throw onlyTrials(root, demo.length);
  const several = new Set(repeatedRuns(winners));
  return winners.map((file) => {
    const { path } = file;
    const others = shadowed.filter(({ winner }) => winner === path).map((other) => other.path);
    return {
      path,
      absolute: absoluteOf(listed, path),
      stale: stale
        .filter(({ winner }) => winner === path)
        .map((version) => ({ path: version.path, absolute: absoluteOf(listed, version.path) }))
        .toSorted((a, b) => (fileStamp(b.path) ?? 0) - (fileStamp(a.path) ?? 0)),
      isOneOfSeveral: several.has(runOf(file)),
      latestStamp: Math.max(...[path, ...others].map((name) => fileStamp(name) ?? 0)),
    };
  });
}

function* repeatedRuns(files: readonly FileVersion[]): Generator<string> {
  const seen = new Set<string>();
  for (const file of files) {
    const run = runOf(file);
    if (seen.has(run)) yield run;
    seen.add(run);
  }
}

/** The sum is asked for only where a version names its source. */
function versionOf({ path, absolute }: ListedFile, header: ResultHeader): FileVersion {
  return {
    path,
    header,
    start: 0,
    end: 0,
    get sha256() {
      return createHash("sha256").update(readBytes(absolute)).digest("hex");
    },
  };
}

const headBytes = 2 ** 16;

/** From the file's beginning where its fields stand before its records, as they do in the layout; else from all of it. */
async function readHeader({ path, absolute }: ListedFile): Promise<ResultHeader | string> {
  return (await quickHeader(absolute)) ?? headerOf(await parsed(path, absolute));
}

async function quickHeader(absolute: string): Promise<ResultHeader | undefined> {
  const handle = await open(absolute);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(headBytes), position: 0 });
    const text = withoutMark(buffer.toString("utf8", 0, bytesRead));
    const head = /"records"\s*:\s*\[/.exec(text);
    if (!head) return undefined;
    const body = JSON.parse(`${text.slice(0, head.index)}"records":[]}`) as object;
    // A field that is not there may stand behind the records.
    const header = "demo" in body ? headerOf(body) : "";
    return typeof header === "string" ? undefined : header;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}

async function parsed(path: string, absolute: string): Promise<unknown> {
  try {
    return JSON.parse(withoutMark(await readFile(absolute, "utf8")));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw brokenJson(path, error.message, error);
  }
}

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");

function absoluteOf(listed: ReadonlyMap<string, ListedFile>, path: string): string {
  return listed.get(path)?.absolute ?? path;
}

function onlyTrials(root: string, count: number): DataError {
  return new DataError({
    problem:
      count === 1
        ? "the only result file is a trial run (demo)"
        : `all ${plural(count, "result file")} are trial runs (demo)`,
    where: root,
    mend: "Collect a full run.",
  });
}
