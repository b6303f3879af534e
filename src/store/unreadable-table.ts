/** Why a table file cannot be read, in our words, with the line or row where that is known. */
import { basename } from "node:path";
import { DataError } from "../core/errors.ts";
import { csvFault } from "./csv-fault.ts";

export interface RefusedTable {
  readonly path: string;
  readonly format: "csv" | "tsv" | "parquet";
  /** rows that were read before */
  readonly rows: number;
  /** what DuckDB said */
  readonly error: Error;
}

export async function unreadableTable({ path, format, rows, error }: RefusedTable): Promise<DataError> {
  const problem = `cannot be read as ${format}`;
  if (format === "parquet") {
    const after = rows > 0 ? `, after row ${rows}` : "";
    const where = `${basename(path)}${after}`;
    return new DataError({
      problem: problem + parquetReason(error),
      where,
      mend: "Write the file again.",
      cause: error,
    });
  }
  const fault = await csvFault(path, format === "csv" ? "," : "\t");
  const line = fault?.line ?? /^.*CSV Error on Line: (\d+)/.exec(error.message)?.[1];
  return new DataError({
    problem: `${problem}: ${fault?.problem ?? "its quotes or columns do not add up"}`,
    where: line === undefined ? basename(path) : `${basename(path)}, line ${line}`,
    mend: "Check the quotes, the number of columns and the ends of lines; the file must be UTF-8.",
    cause: error,
  });
}

function parquetReason({ message }: Error): string {
  if (/magic bytes|too small to be a parquet/i.test(message)) return ": it is not a Parquet file";
  const file = /file "([^"]+)"/.exec(message)?.[1];
  return file === undefined ? ": it is damaged" : `: ${basename(file)} is damaged`;
}
