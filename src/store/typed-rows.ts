/** The rows of a Parquet or delimited file as JSON values of their own types: numbers, lists and groups as the file has them. */
import { SignalboxError } from "../core/errors.ts";
import { named, quoted, withDuckDb } from "./duckdb.ts";
import { streamRows } from "./stream-rows.ts";
import { unreadableTable } from "./unreadable-table.ts";

export type TypedFormat = "csv" | "tsv" | "parquet";

export type TypedRow = Readonly<Record<string, unknown>>;

/**
 * Calls `onRow` for each row, in file order, `position` from 1. Delimited files give texts. Pictures (a group of bytes and
 * path) become data URIs.
 * @throws DataError when the file is not what its format says.
 */
export async function readTypedRows(
  path: string,
  format: TypedFormat,
  onRow: (row: TypedRow, position: number) => void,
): Promise<void> {
  await withDuckDb(async (connection) => {
    let position = 0;
    try {
      const source = sourceOf(path, format);
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      const columns = described.getRows().map(([name, type]) => columnOf(String(name), String(type)));
      const packed = `SELECT to_json(packed)::VARCHAR AS row FROM (SELECT ${columns.join(", ")} FROM ${source}) AS packed`;
      await streamRows(connection, packed, ([text]) => {
        onRow(JSON.parse(String(text)) as TypedRow, ++position);
      });
    } catch (error) {
      if (error instanceof SignalboxError || !(error instanceof Error)) throw error;
      throw await unreadableTable({ path, format, rows: position, error });
    }
  });
}

/** Infinite and undefined numbers are not JSON: they are absent. */
function columnOf(name: string, type: string): string {
  const column = named(name);
  const asUri = (picture: string): string => `'data:image/png;base64,' || to_base64(${picture}.bytes)`;
  if (/^STRUCT\(bytes BLOB, path VARCHAR\)$/i.test(type)) return `${asUri(column)} AS ${column}`;
  if (/^STRUCT\(bytes BLOB, path VARCHAR\)\[\]$/i.test(type))
    return `list_transform(${column}, lambda picture: ${asUri("picture")}) AS ${column}`;
  if (type === "DOUBLE" || type === "FLOAT") return `CASE WHEN isfinite(${column}) THEN ${column} END AS ${column}`;
  return column;
}

/** Nothing is guessed about the types of delimited files. Rows may be long: whole documents are in them. */
function sourceOf(path: string, format: TypedFormat): string {
  if (format === "parquet") return `read_parquet(${quoted(path)})`;
  const delimiter = format === "csv" ? "," : "\t";
  const options = `header = true, all_varchar = true, delim = '${delimiter}', quote = '"', escape = '"', comment = ''`;
  return `read_csv(${quoted(path)}, ${options}, max_line_size = 67108864)`;
}
