/** The cold path: from a listing of files to the full table. */
import { createHash } from "node:crypto";
import { DataError } from "../core/errors.ts";
import { buildTable } from "./build-table.ts";
import { chooseFiles } from "./choose-files.ts";
import type { ChosenFile } from "./choose-files.ts";
import { fileWarnings } from "./file-warnings.ts";
import type { FullTable } from "./full-table.ts";
import type { DataListing } from "./list-files.ts";
import type { IgnoredFile } from "./load-report.ts";
import { partSamples, runSamples } from "./part-samples.ts";
import type { Batch } from "./read-batch.ts";
import { readFiles } from "./read-files.ts";
import type { ReadFilesOptions } from "./read-files.ts";

export interface IngestOptions extends ReadFilesOptions {
  readonly includeDemo: boolean;
}

export interface Ingested {
  readonly full: FullTable;
  /** SHA-256 (hex) of every file listed */
  readonly hashes: ReadonlyMap<string, string>;
}

/**
 * Reads and joins all files.
 * @throws DataError for a wrong file or record, and when no file holds results.
 */
export async function ingest(listing: DataListing, options: IngestOptions): Promise<Ingested> {
  const { batches, closed } = await readFiles(listing.files, options);
  try {
    return joinBatches(listing, batches, options.includeDemo);
  } finally {
    await closed;
  }
}

function joinBatches(listing: DataListing, batches: readonly Batch[], includeDemo: boolean): Ingested {
  const files = batches.flatMap((batch) => batch.files);
  const listed = new Map(listing.files.map((file) => [file.path, file]));
  const choice = chooseFiles(resultFiles(batches), listed, includeDemo);
  const ignored = files.flatMap(({ path, ignored: reason }): IgnoredFile[] => (reason ? [{ path, reason }] : []));
  if (choice.winners.length === 0) throw nothingLeft(listing, ignored, choice.demo.length);
  const columns = batches.map((batch) => batch.columns);
  const parted = partSamples(choice.winners);
  const { warnings, ...joined } = buildTable(parted, columns);
  const samples = runSamples(parted);
  const source = {
    used: choice.winners.length,
    ignored: ignored.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    shadowed: choice.shadowed,
    demo: choice.demo,
    ...(samples.length > 0 && { samples }),
    warnings: [...choice.warnings, ...warnings, ...fileWarnings(choice.winners, columns, ignored)],
  };
  const full = { ...joined, source, digest: contentDigest(choice.winners) };
  return { full, hashes: new Map(files.map(({ path, sha256 }) => [path, sha256])) };
}

/** SHA-256 (hex) over the sorted (path, SHA-256) list of the files a table is built from. */
export function contentDigest(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

function resultFiles(batches: readonly Batch[]): ChosenFile[] {
  return batches.flatMap(({ files }, batch) =>
    files.flatMap(({ header, ...file }) => (header ? [{ ...file, header, batch }] : [])),
  );
}

function nothingLeft(listing: DataListing, ignored: readonly IgnoredFile[], demo: number): DataError {
  const [first] = ignored;
  if (demo > 0) {
    return new DataError({
      problem: `all ${demo} result files are trial runs (demo)`,
      where: listing.root,
      mend: "Ask for them with --demo-runs (in a program includeDemo), or collect a full run.",
    });
  }
  const because = first ? ` (${first.path}: ${first.reason})` : "";
  return new DataError({
    problem: `no result files: none of the ${ignored.length} .json files has the header of one${because}`,
    where: listing.root,
    mend: "A result file has model_name, dataset_name, split and records.",
  });
}
