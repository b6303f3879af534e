/** Reads a group of files into one set of columns. Runs in a worker, or in the caller's thread for small input. */
import { DataError } from "../core/errors.ts";
import { systemCode } from "./atomic-write.ts";
import { columnBuilder } from "./record-columns.ts";
import type { RecordColumns } from "./record-columns.ts";
import { readResultFile } from "./result-file.ts";
import type { FileToRead, ResultFile } from "./result-format.ts";

export interface BatchTask {
  readonly files: readonly FileToRead[];
  readonly streamAboveBytes: number;
}

export interface Batch {
  readonly files: readonly ResultFile[];
  readonly columns: RecordColumns;
  readonly faults: readonly FileFault[];
}

/** A file that could not be read: the facts of a DataError, which does not survive the way between threads. */
export interface FileFault {
  readonly path: string;
  readonly problem: string;
  readonly where: string | undefined;
  readonly mend: string | undefined;
}

/** Reads the files one after the other; files that are wrong are named in `faults`, the others are read. */
export async function readBatch({ files, streamAboveBytes }: BatchTask): Promise<Batch> {
  const columns = columnBuilder();
  const read: ResultFile[] = [];
  const faults: FileFault[] = [];
  for (const file of files) {
    try {
      // One after the other: memory holds one file.
      // oxlint-disable-next-line no-await-in-loop
      read.push(await readResultFile(file, columns, streamAboveBytes));
    } catch (error) {
      faults.push({ path: file.path, ...faultFacts(file.path, error) });
    }
  }
  return { files: read, columns: columns.finish(), faults };
}

function faultFacts(path: string, error: unknown): Omit<FileFault, "path"> {
  if (error instanceof DataError) return { problem: error.problem, where: error.where, mend: error.mend };
  if (error instanceof Error && "code" in error) {
    return {
      problem: `cannot be read (${systemCode(error)})`,
      where: path,
      mend: "Check that the file is there and readable.",
    };
  }
  throw error;
}
