/**
 * Which result files count: one per data set key, model and sample, the latest by the stamp in its name; but no version whose scores
 * are of answers that have since been collected anew.
 */
import { plural } from "../core/plural.ts";
import type { ListedFile } from "./list-files.ts";
import { comparePaths } from "./list-files.ts";
import type { LoadWarning, ShadowedFile } from "./load-report.ts";
import type { ResultFile, ResultHeader } from "./result-format.ts";

/** A result file that counts, with the batch its records are in. */
export interface ChosenFile extends ResultFile {
  readonly header: ResultHeader;
  readonly batch: number;
}

/** What the choice looks at. */
export type FileVersion = Pick<ChosenFile, "path" | "sha256" | "header" | "start" | "end">;

export interface Choice<File extends FileVersion = ChosenFile> {
  /** by path, part by part, in code-point order: this order fixes the order of everything after it */
  readonly winners: readonly File[];
  readonly shadowed: readonly ShadowedFile[];
  /** of the shadowed, those later than their winner: they score answers that it no longer holds as they were */
  readonly stale: readonly ShadowedFile[];
  readonly demo: readonly string[];
  readonly warnings: readonly LoadWarning[];
}

/** The files that count. `demo: true` files are left out unless `includeDemo`. */
export function chooseFiles<File extends FileVersion>(
  files: readonly File[],
  listed: ReadonlyMap<string, ListedFile>,
  includeDemo: boolean,
): Choice<File> {
  const groups = new Map<string, File[]>();
  const demo: string[] = [];
  for (const file of files.toSorted((a, b) => comparePaths(a.path, b.path))) {
    if (file.header.demo && !includeDemo) demo.push(file.path);
    else {
      const { dataset, split, model, sample = 0 } = file.header;
      const key = JSON.stringify([dataset, split, model, sample]);
      groups.set(key, [...(groups.get(key) ?? []), file]);
    }
  }
  const winners: File[] = [];
  const shadowed: ShadowedFile[] = [];
  const stale: ShadowedFile[] = [];
  const warnings: LoadWarning[] = [];
  for (const group of groups.values()) {
    const current = group.filter((file) => !isStale(file, group));
    const winner = newest(current.length > 0 ? current : group, listed);
    winners.push(winner);
    for (const loser of group.filter((file) => file !== winner)) {
      const pair = { path: loser.path, winner: winner.path };
      shadowed.push(pair);
      if (later(loser, winner, listed)) stale.push(pair);
      if (records(loser) > records(winner)) warnings.push(fewerRecords(winner, loser));
    }
    const unread = stale.findLast((pair) => pair.winner === winner.path);
    if (unread) warnings.push(staleScores(winner, unread.path));
  }
  winners.sort((a, b) => comparePaths(a.path, b.path));
  return { winners, shadowed, stale, demo, warnings };
}

function newest<File extends FileVersion>(files: readonly File[], listed: ReadonlyMap<string, ListedFile>): File {
  return files.reduce((best, file) => (later(file, best, listed) ? file : best));
}

/** A version whose answers were taken from a file beside it that is another one now. */
function isStale({ path, header: { answersFrom } }: FileVersion, group: readonly FileVersion[]): boolean {
  if (!answersFrom) return false;
  const beside = path.slice(0, path.lastIndexOf("/") + 1) + answersFrom.file;
  const source = group.find((file) => file.path === beside && file.path !== path);
  return source !== undefined && source.sha256 !== answersFrom.sha256;
}

/** The stamp in a file name as the number YYYYMMDDHHMMSS; undefined when there is none. */
export function fileStamp(path: string): number | undefined {
  const match = /(\d{8})_(\d{6})\.json$/.exec(path);
  return match ? Number(`${match[1]}${match[2]}`) : undefined;
}

/** Stamped beats unstamped, a later stamp an earlier one; among unstamped the newer file; then the greater path. */
function later(file: FileVersion, best: FileVersion, listed: ReadonlyMap<string, ListedFile>): boolean {
  const stamp = fileStamp(file.path);
  const bestStamp = fileStamp(best.path);
  if (stamp !== bestStamp) return (stamp ?? -1) > (bestStamp ?? -1);
  if (stamp === undefined) {
    const modified = BigInt(listed.get(file.path)?.stamp.mtimeNs ?? 0);
    const bestModified = BigInt(listed.get(best.path)?.stamp.mtimeNs ?? 0);
    if (modified !== bestModified) return modified > bestModified;
  }
  return comparePaths(file.path, best.path) > 0;
}

function records(file: FileVersion): number {
  return file.end - file.start;
}

function staleScores({ path, header }: FileVersion, version: string): LoadWarning {
  const { dataset, split, model } = header;
  return {
    kind: "stale-scores",
    message: `${path} was written anew after ${version} was scored from it: its answers count as they stand; run "signalbox score", which carries over what is unchanged`,
    dataset,
    split,
    model,
  };
}

function fewerRecords(winner: FileVersion, older: FileVersion): LoadWarning {
  const { dataset, split, model } = winner.header;
  return {
    kind: "fewer-records",
    message: `${winner.path} (${plural(records(winner), "record")}) hides the older ${older.path} with ${plural(records(older), "record")}`,
    dataset,
    split,
    model,
  };
}
