/** Which result files count: one per data set key and model, the latest by the stamp in its name. */
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

export interface Choice {
  /** by path, part by part, in code-point order: this order fixes the order of everything after it */
  readonly winners: readonly ChosenFile[];
  readonly shadowed: readonly ShadowedFile[];
  readonly demo: readonly string[];
  readonly warnings: readonly LoadWarning[];
}

/** The files that count. `demo: true` files are left out unless `includeDemo`. */
export function chooseFiles(
  files: readonly ChosenFile[],
  listed: ReadonlyMap<string, ListedFile>,
  includeDemo: boolean,
): Choice {
  const groups = new Map<string, ChosenFile[]>();
  const demo: string[] = [];
  for (const file of files.toSorted((a, b) => comparePaths(a.path, b.path))) {
    if (file.header.demo && !includeDemo) demo.push(file.path);
    else {
      const { dataset, split, model } = file.header;
      const key = JSON.stringify([dataset, split, model]);
      groups.set(key, [...(groups.get(key) ?? []), file]);
    }
  }
  const winners: ChosenFile[] = [];
  const shadowed: ShadowedFile[] = [];
  const warnings: LoadWarning[] = [];
  for (const group of groups.values()) {
    const winner = group.reduce((best, file) => (later(file, best, listed) ? file : best));
    winners.push(winner);
    for (const loser of group.filter((file) => file !== winner)) {
      shadowed.push({ path: loser.path, winner: winner.path });
      if (records(loser) > records(winner)) warnings.push(fewerRecords(winner, loser));
    }
  }
  winners.sort((a, b) => comparePaths(a.path, b.path));
  return { winners, shadowed, demo, warnings };
}

/** The stamp in a file name as the number YYYYMMDDHHMMSS; undefined when there is none. */
export function fileStamp(path: string): number | undefined {
  const match = /(\d{8})_(\d{6})\.json$/.exec(path);
  return match ? Number(`${match[1]}${match[2]}`) : undefined;
}

/** Stamped beats unstamped, a later stamp an earlier one; among unstamped the newer file; then the greater path. */
function later(file: ChosenFile, best: ChosenFile, listed: ReadonlyMap<string, ListedFile>): boolean {
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

function records(file: ResultFile): number {
  return file.end - file.start;
}

function fewerRecords(winner: ChosenFile, older: ChosenFile): LoadWarning {
  const { dataset, split, model } = winner.header;
  return {
    kind: "fewer-records",
    message: `${winner.path} (${plural(records(winner), "record")}) hides the older ${older.path} with ${plural(records(older), "record")}`,
    dataset,
    split,
    model,
  };
}
