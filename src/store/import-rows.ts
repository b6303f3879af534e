/** From the rows of a table file to the full table: every (data set, split, model) becomes what a result file is. */
import { basename } from "node:path";
import { DataError, throwIfAborted } from "../core/errors.ts";
import { buildTable } from "./build-table.ts";
import type { ChosenFile } from "./choose-files.ts";
import { fileWarnings } from "./file-warnings.ts";
import type { FullTable } from "./full-table.ts";
import type { ColumnMapping } from "./import-columns.ts";
import { contentDigest } from "./ingest.ts";
import type { TableFormat } from "./open-data.ts";
import { columnBuilder } from "./record-columns.ts";
import type { ColumnBuilder } from "./record-columns.ts";
import { partSamples, runSamples } from "./part-samples.ts";
import { recordAdder } from "./result-format.ts";
import type { RecordAdder, ResultHeader } from "./result-format.ts";
import { readTableRecords } from "./table-records.ts";
import { textPool } from "./text-pool.ts";

export interface ImportTask {
  readonly path: string;
  readonly format: TableFormat;
  readonly map: ColumnMapping;
  readonly sha256: string;
  /** format and mapping as text: part of the digest, since they change the table */
  readonly variant: string;
  readonly signal?: AbortSignal | undefined;
}

interface Run {
  readonly header: ResultHeader;
  readonly columns: ColumnBuilder;
  readonly adder: RecordAdder;
}

/** @throws UsageError when a needed column is absent; DataError naming file and row for a row that is wrong. */
export async function importRows({ path, format, map, sha256, variant, signal }: ImportTask): Promise<FullTable> {
  const file = basename(path);
  const unit = format === "jsonl" ? "line" : "row";
  const pool = textPool();
  const runs = new Map<string, Run>();
  await readTableRecords({ path, format, map }, ({ header, record, position }) => {
    throwIfAborted(signal, "the import");
    const sample = variant === "partitioned" ? sampleOf(record) : 0;
    const key = JSON.stringify([header.dataset, header.split, header.model, sample]);
    let run = runs.get(key);
    if (!run) {
      const builder = columnBuilder(pool);
      run = {
        header: sample > 0 ? { ...header, sample } : header,
        columns: builder,
        adder: recordAdder(file, builder, { unit }),
      };
      runs.set(key, run);
    }
    run.adder.push(record, position);
  });
  if (runs.size === 0) {
    throw new DataError({ problem: "the file has no rows", where: path, mend: "Write one row per prompt and model." });
  }
  const sources = [...runs.values()];
  const files = sources.map(({ header, columns, adder }, batch): ChosenFile => {
    const name = `${file} (${header.dataset}/${header.split}, ${header.model})`;
    return { path: name, sha256, header, batch, start: 0, end: columns.length, repeated: adder.repeated() };
  });
  const columns = sources.map((run) => run.columns.finish());
  const parted = partSamples(files);
  const { warnings, ...joined } = buildTable(parted, columns);
  const samples = runSamples(parted);
  const source = { used: 1, ignored: [], shadowed: [], demo: [], ...(samples.length > 0 && { samples }) };
  return {
    ...joined,
    source: { ...source, warnings: [...warnings, ...fileWarnings(files, columns, [])] },
    digest: contentDigest([{ path: variant, sha256 }]),
  };
}

/** Which of several answers to one prompt a row of `collect`'s snapshot holds. Elsewhere a column of this name may be anything. */
function sampleOf(record: Readonly<Record<string, unknown>>): number {
  const sample = Number(record["sample"] ?? 0);
  return Number.isInteger(sample) && sample > 0 ? sample : 0;
}
