/** What is odd about single result files, though they can be used. */
import { cellStatus } from "../core/outcome-table.ts";
import { plural } from "../core/plural.ts";
import type { ChosenFile } from "./choose-files.ts";
import type { IgnoredFile, LoadWarning } from "./load-report.ts";
import type { RecordColumns } from "./record-columns.ts";

/** Published means are rounded; a larger difference is a disagreement. */
const performanceTolerance = 1e-3;

/** The warnings of the files used, in their order, then those of ignored files that look like results. */
export function fileWarnings(
  files: readonly ChosenFile[],
  batches: readonly RecordColumns[],
  ignored: readonly IgnoredFile[],
): LoadWarning[] {
  const used = files.flatMap((file) => {
    const columns = batches[file.batch];
    return columns ? warningsOf(file, columns) : [];
  });
  const odd = ignored
    .filter(({ reason }) => reason.startsWith("no ") && reason !== "no records" && reason !== "no model_name")
    .map(({ path, reason }): LoadWarning => ({ kind: "odd-file", message: `${path} is ignored: it has ${reason}` }));
  return [...used, ...odd];
}

function warningsOf(file: ChosenFile, columns: RecordColumns): LoadWarning[] {
  const { dataset, split, model, performance, counts } = file.header;
  const warnings: LoadWarning[] = [];
  const warn = (kind: LoadWarning["kind"], message: string): void => {
    warnings.push({ kind, message: `${file.path}: ${message}`, dataset, split, model });
  };
  const records = file.end - file.start;
  const found = survey(file, columns);
  if (file.repeated > 0)
    warn("repeated-record", `${plural(file.repeated, "record")} found twice with the same content`);
  if (counts !== records + file.repeated && !Number.isNaN(counts)) {
    warn("count-differs", `the header says ${plural(counts, "record")}, the file holds ${records}`);
  }
  if (found.zero) warn("index-zero", "an index is 0, but indices count from 1: it may not fit the other models' files");
  if (found.freeScores > 0) {
    warn(
      "free-score",
      `${plural(found.freeScores, "record")} with a score above 0 but the look of a failed call; counted as failed`,
    );
  }
  if (Math.abs(found.mean - performance) > performanceTolerance) {
    warn("performance-differs", `the header says ${performance}, the scores mean ${found.mean.toFixed(6)}`);
  }
  return warnings;
}

function survey(file: ChosenFile, columns: RecordColumns): { zero: boolean; freeScores: number; mean: number } {
  let zero = false;
  let freeScores = 0;
  let sum = 0;
  let count = 0;
  for (let record = file.start; record < file.end; record++) {
    const score = columns.recordedScore[record] ?? NaN;
    if (columns.index[record] === 0) zero = true;
    if (columns.status[record] === cellStatus.failed && score > 0) freeScores++;
    if (Number.isNaN(score)) continue;
    sum += score;
    count++;
  }
  return { zero, freeScores, mean: sum / count };
}
