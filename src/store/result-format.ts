/** The layout of a result file: its header, its records in order, and the errors that name what is wrong with it. */
import { DataError } from "../core/errors.ts";
import { jsonWords } from "./json-words.ts";
import type { ColumnBuilder } from "./record-columns.ts";
import { recordFields } from "./record-fields.ts";
import type { TextForm } from "./text-pool.ts";

export interface ResultFile {
  /** relative to the data folder, with "/" */
  readonly path: string;
  readonly sha256: string;
  /** absent: not a result file, see `ignored` */
  readonly header?: ResultHeader;
  readonly ignored?: string;
  /** rows of the columns that hold its records */
  readonly start: number;
  readonly end: number;
  /** indices that stood twice with the same content */
  readonly repeated: number;
}

export interface ResultHeader {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly demo: boolean;
  /** NaN when absent */
  readonly performance: number;
  /** NaN when absent */
  readonly counts: number;
  /** of several answers to each prompt those of this number; absent: 0, the first */
  readonly sample?: number;
  /** of a version with other scores: the file beside it whose answers it holds, and its SHA-256 (hex) at that time */
  readonly answersFrom?: AnswersFrom;
}

export interface AnswersFrom {
  readonly file: string;
  readonly sha256: string;
}

export interface FileToRead {
  readonly path: string;
  readonly absolute: string;
  readonly size: number;
}

/** What reading a file gives, whichever way it was read. */
export type ReadContent = Omit<ResultFile, "path" | "start" | "end">;

/** The header of a parsed file, or why it is no result file. */
export function headerOf(body: unknown): ResultHeader | string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "not a JSON object";
  const fields = body as Readonly<Record<string, unknown>>;
  for (const name of ["model_name", "dataset_name", "split"]) {
    if (typeof fields[name] !== "string" || fields[name] === "") return `no ${name}`;
  }
  if (!Array.isArray(fields["records"])) return "no records";
  return {
    dataset: String(fields["dataset_name"]),
    split: String(fields["split"]),
    model: String(fields["model_name"]),
    demo: fields["demo"] === true,
    performance: typeof fields["performance"] === "number" ? fields["performance"] : NaN,
    counts: typeof fields["counts"] === "number" ? fields["counts"] : NaN,
    ...sampleIn(fields["sample"]),
    ...answersFrom(fields["answers_from"]),
  };
}

function sampleIn(value: unknown): Pick<ResultHeader, "sample"> {
  return Number.isInteger(value) && Number(value) > 0 ? { sample: Number(value) } : {};
}

function answersFrom(value: unknown): Pick<ResultHeader, "answersFrom"> {
  const { file, sha256 } = Object(value) as Readonly<Record<string, unknown>>;
  return typeof file === "string" && typeof sha256 === "string" ? { answersFrom: { file, sha256 } } : {};
}

export interface RecordAdder {
  /** `position` from 1, for messages */
  push(raw: unknown, position: number): void;
  repeated(): number;
}

/** Checks records one by one; a repeated index with the same content is counted, with another content an error. */
export function recordAdder(
  path: string,
  columns: ColumnBuilder,
  { unit = "record", form = "text" }: { readonly unit?: string; readonly form?: TextForm } = {},
): RecordAdder {
  const seen = new Map<number, { readonly position: number; readonly row: number }>();
  let repeated = 0;
  return {
    repeated: () => repeated,
    push(raw, position) {
      const fields = recordFields(raw, position, path, unit);
      const first = seen.get(fields.index);
      if (!first) {
        seen.set(fields.index, { position, row: columns.length });
        columns.push(fields, form);
      } else if (columns.holds(first.row, fields, form)) repeated++;
      else {
        throw new DataError({
          problem: `index ${fields.index} stands twice with different content (first in ${unit} ${first.position})`,
          where: `${path}, ${unit} ${position} (index ${fields.index})`,
          mend: "Keep one of the two, or number them apart.",
        });
      }
    },
  };
}

export function notUtf8(path: string): DataError {
  return new DataError({
    problem: "not UTF-8 text",
    where: path,
    mend: "Convert it, e.g. iconv -f latin1 -t utf-8, or remove the file.",
  });
}

export function brokenJson(path: string, problem: string, cause?: unknown): DataError {
  const mend = /Unexpected (token )?["'][NI]/.test(problem)
    ? "NaN and Infinity are not JSON: write null for a score that is not there."
    : "The file may be cut short: write it again, or remove it.";
  return new DataError({ problem: jsonWords(problem), where: path, mend, cause });
}
