/** Result files as they stand, every field kept: for tools that write a file again with other scores. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError } from "../core/errors.ts";
import { fileStamp } from "../store/choose-files.ts";
import { listJsonFiles } from "../store/list-files.ts";
import { headerOf } from "../store/result-format.ts";
import type { StoredRecord } from "./stored-answer.ts";

export interface ResultJson {
  /** relative to the folder that was read */
  readonly path: string;
  readonly absolute: string;
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  /** all fields of the file but its records */
  readonly head: Readonly<Record<string, unknown>>;
  readonly records: readonly StoredRecord[];
}

/** undefined: a JSON file that is no result file. @throws DataError for one that cannot be read. */
export async function readResultJson(path: string, absolute: string): Promise<ResultJson | undefined> {
  let body: unknown;
  try {
    body = JSON.parse(await readFile(absolute, "utf8"));
  } catch (cause) {
    throw new DataError({
      problem: "cannot be read as JSON",
      where: path,
      mend: "Write it again, or remove it.",
      cause,
    });
  }
  const header = headerOf(body);
  if (typeof header === "string") return undefined;
  const { records, ...head } = body as { readonly records: readonly StoredRecord[] };
  const { dataset, split, model } = header;
  return { path, absolute, dataset, split, model, head, records };
}

/** A file to read, with the folder whose files are versions of one run. */
export interface ResultPath {
  readonly path: string;
  readonly absolute: string;
}

/**
 * The newest file of every folder below `root`: in the layout of results a folder holds the versions of one run.
 * @throws UsageError or DataError when there is none.
 */
export function newestResultFiles(root: string): ResultPath[] {
  const newest = new Map<string, ResultPath>();
  for (const { path, absolute } of listJsonFiles(root).files) {
    const folder = dirname(path);
    const before = newest.get(folder);
    if (!before || (fileStamp(path) ?? 0) >= (fileStamp(before.path) ?? 0)) newest.set(folder, { path, absolute });
  }
  return [...newest.values()];
}

/** Where the next version goes: the same name with a later stamp, in the same folder or the same place below `output`. */
export function nextVersion({ path, absolute, dataset, split, model }: ResultJson, now: Date, output?: string): string {
  const before = fileStamp(path) ?? 0;
  const stamp = Math.max(stampNumber(now), before + 1);
  const digits = String(stamp).padStart(14, "0");
  const text = `${digits.slice(0, 8)}_${digits.slice(8)}`;
  const name = /\d{8}_\d{6}\.json$/.test(path)
    ? (path.split("/").at(-1) ?? "").replace(/\d{8}_\d{6}\.json$/, `${text}.json`)
    : `${dataset}-${split}-${model}-${text}.json`;
  return join(output === undefined ? dirname(absolute) : join(output, dirname(path)), name);
}

function stampNumber(now: Date): number {
  return Number(now.toISOString().slice(0, 19).replaceAll(/\D/g, ""));
}
