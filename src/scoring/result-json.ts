/** Result files as they stand, every field kept: for tools that write a file again with other scores. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "../core/errors.ts";
import { headerOf } from "../store/result-format.ts";
import type { AnswersFrom } from "../store/result-format.ts";
import type { StoredRecord } from "./stored-answer.ts";

export interface ResultJson {
  /** relative to the folder that was read */
  readonly path: string;
  readonly absolute: string;
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  /** of several answers to each prompt those of this number, from 0 */
  readonly sample: number;
  /** all fields of the file but its records */
  readonly head: Readonly<Record<string, unknown>>;
  readonly records: readonly StoredRecord[];
  /** the file that these answers were first written to: this one, or the one it is a version of */
  readonly answersFrom: AnswersFrom;
}

/** undefined: a JSON file that is no result file. @throws DataError for one that cannot be read. */
export async function readResultJson(path: string, absolute: string): Promise<ResultJson | undefined> {
  const bytes = await readFile(absolute);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
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
  const { dataset, split, model, sample = 0 } = header;
  const own = { file: basename(path), sha256: createHash("sha256").update(bytes).digest("hex") };
  return { path, absolute, dataset, split, model, sample, head, records, answersFrom: header.answersFrom ?? own };
}

export interface VersionPlace {
  readonly now: Date;
  /** the greatest stamp of the versions there are */
  readonly latestStamp: number;
  /** instead of the same folder, the same place below this one */
  readonly output?: string | undefined;
}

/** Where the next version goes: the same name with a later stamp. A further sample says so: all may be written in one second. */
export function nextVersion(file: ResultJson, { now, latestStamp, output }: VersionPlace): string {
  const { path, absolute, dataset, split, model, sample } = file;
  const stamp = Math.max(stampNumber(now), latestStamp + 1);
  const digits = String(stamp).padStart(14, "0");
  const of = sample > 0 ? `sample${sample}-` : "";
  const text = `${of}${digits.slice(0, 8)}_${digits.slice(8)}`;
  const stamped = /(sample\d+-)?\d{8}_\d{6}\.json$/;
  const name = stamped.test(path)
    ? (path.split("/").at(-1) ?? "").replace(stamped, `${text}.json`)
    : `${dataset}-${split}-${model}-${text}.json`;
  return join(output === undefined ? dirname(absolute) : join(output, dirname(path)), name);
}

function stampNumber(now: Date): number {
  return Number(now.toISOString().slice(0, 19).replaceAll(/\D/g, ""));
}
