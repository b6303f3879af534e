/**
 * Splits: which prompts a router may learn from. The unit is the split group (prompts that share an exact text).
 *
 * native: every data set key is split by a rule that depends on itself only: groups are ranked by
 *         sha256("<seed>|<dataset>/<split>|<smallest index>") and taken until the training part is full.
 * compat: the reference's one generator running through all data sets, to the last prompt (split-compat.ts).
 *
 * Source: spec of data and metrics, §4; LLMRouterBench, arXiv 2601.07206.
 */
import { createHash } from "node:crypto";
import { FitError, UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import type { DatasetKey, OutcomeTable } from "../core/outcome-table.ts";
import { compatOrders } from "./split-compat.ts";
import { isOod } from "./split-options.ts";
import type { SplitOptions, SplitOrder } from "./split-options.ts";
import { keyText } from "./split-options.ts";

export interface Split {
  readonly seed: number;
  /** rows, data set by data set, in split order */
  readonly train: Int32Array;
  /** rows in table order */
  readonly test: Int32Array;
  /** rows, a subset of `train`: the last seventh of every data set's training prompts */
  readonly validation: Int32Array;
  readonly manifest: SplitManifest;
  /** prompts moved to the test part because the same text of another data set is tested (native) */
  readonly moved: number;
  /** prompt texts that stand in both parts (compat only, as in the reference) */
  readonly leaked: number;
}

/** What names a split. Results of different hashes are never put in one table. */
export interface SplitManifest {
  readonly seed: number;
  readonly trainRatio: number;
  readonly mode: "native" | "compat";
  /** data set key → sorted test indices */
  readonly test: Readonly<Record<string, readonly number[]>>;
  readonly hash: string;
}

/**
 * Splits a table.
 * @throws UsageError for a ratio outside (0, 1) or an unknown OOD data set; FitError when a part would be empty.
 */
export function splitTable(table: OutcomeTable, options: SplitOptions, seed: number): Split {
  checkSplit(table, options);
  const orders = options.mode === "native" ? nativeOrders(table, options, seed) : compatOrders(table, options, seed);
  const trainUnits = orders.map(({ train }) => train);
  const testUnits = orders.flatMap(({ test }) => [...test]);
  const kept = options.mode === "native" ? withoutTested(table, trainUnits, testUnits) : trainUnits;
  const train = Int32Array.from(kept.flat().flatMap((unit) => [...unit]));
  const inTrain = new Set(train);
  const test = Int32Array.from(table.prompts.keys()).filter((rowNumber) => !inTrain.has(rowNumber));
  if (train.length === 0 || test.length === 0) {
    throw new FitError({
      problem: `the split leaves ${train.length} training and ${test.length} test prompts of ${table.prompts.length}`,
      mend: "Give more prompts, another --train-ratio, or fewer --ood data sets.",
    });
  }
  const trainTexts = textsOf(table, [train]);
  return {
    seed,
    train,
    test,
    validation: Int32Array.from(kept.flatMap(lastSeventh)),
    manifest: manifestOf(table, options, seed, test),
    moved: trainUnits.flat().reduce((sum, u) => sum + u.length, 0) - train.length,
    leaked: new Set(Array.from(test, (r) => table.prompts[r]!).filter((text) => trainTexts.has(text))).size,
  };
}

/**
 * The training units none of whose texts is tested. A unit that goes to the test part takes all its texts there, which
 * may be texts of further units, so this goes on until nothing moves.
 */
function withoutTested(
  table: OutcomeTable,
  trainUnits: readonly (readonly Int32Array[])[],
  testUnits: readonly Int32Array[],
): (readonly Int32Array[])[] {
  const tested = textsOf(table, testUnits);
  let kept: (readonly Int32Array[])[] = [...trainUnits];
  for (let moved = true; moved;) {
    const leaving = kept.flatMap((units) => units.filter((unit) => anyIn(table, unit, tested)));
    moved = leaving.length > 0;
    const left = new Set(leaving);
    kept = kept.map((units) => units.filter((unit) => !left.has(unit)));
    for (const text of textsOf(table, leaving)) tested.add(text);
  }
  return kept;
}

/** One hash for the splits of all seeds. */
export function manifestsHash(splits: readonly Split[]): string {
  return createHash("sha256")
    .update(splits.map(({ manifest }) => manifest.hash).join("\n"))
    .digest("hex");
}

/** @throws UsageError for a ratio outside (0, 1) or an unknown OOD data set. */
export function checkSplit(table: OutcomeTable, { trainRatio, ood }: SplitOptions): void {
  if (!(trainRatio > 0 && trainRatio < 1)) {
    throw new UsageError({
      problem: `train ratio ${trainRatio} is not between 0 and 1`,
      mend: "Use --train-ratio 0.7, say.",
    });
  }
  const known = table.datasets.flatMap((key) => [key.dataset, keyText(key)]);
  for (const name of ood) if (!known.includes(name)) throw unknownName("OOD data set", name, [...new Set(known)]);
}

function nativeOrders(table: OutcomeTable, { trainRatio, ood }: SplitOptions, seed: number): SplitOrder[] {
  const groups = table.datasets.map(() => new Map<number, number[]>());
  table.datasetOf.forEach((d, r) => {
    const group = groups[d]!.get(table.groupOf[r]!);
    if (group) group.push(r);
    else groups[d]!.set(table.groupOf[r]!, [r]);
  });
  return table.datasets.map((key, d) => {
    const units = [...groups[d]!.values()].map((rows) => Int32Array.from(rows));
    if (isOod(key, ood)) return { train: [], test: units };
    const ranked = units
      .map((rows) => ({ rows, rank: groupRank(seed, key, Math.min(...Array.from(rows, (r) => table.index[r]!))) }))
      .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
    const total = units.reduce((sum, { length }) => sum + length, 0);
    return cut(
      ranked.map(({ rows }) => rows),
      Math.floor(total * trainRatio + 1e-9),
    );
  });
}

/** The hex digest a group is ranked by. */
export function groupRank(seed: number, key: DatasetKey, smallestIndex: number): string {
  return createHash("sha256")
    .update(`${seed}|${keyText(key)}|${smallestIndex}`, "utf8")
    .digest("hex");
}

/** Takes units until at least `wanted` prompts are in the training part. */
function cut(units: readonly Int32Array[], wanted: number): SplitOrder {
  let taken = 0;
  let count = 0;
  while (count < units.length && taken < wanted) taken += units[count++]!.length;
  return { train: units.slice(0, count), test: units.slice(count) };
}

/** Whole units from the end, at most floor(n/7) prompts. */
function lastSeventh(units: readonly Int32Array[]): number[] {
  const wanted = Math.floor(units.reduce((sum, { length }) => sum + length, 0) / 7);
  const out: number[] = [];
  for (let u = units.length - 1; u >= 0 && out.length + units[u]!.length <= wanted; u--) out.unshift(...units[u]!);
  return out;
}

function textsOf(table: OutcomeTable, units: readonly Int32Array[]): Set<string> {
  const texts = new Set<string>();
  for (const unit of units) for (const r of unit) texts.add(table.prompts[r]!);
  return texts;
}

function anyIn(table: OutcomeTable, unit: Int32Array, texts: ReadonlySet<string>): boolean {
  return unit.some((r) => texts.has(table.prompts[r]!));
}

function manifestOf(table: OutcomeTable, options: SplitOptions, seed: number, test: Int32Array): SplitManifest {
  const indices: Record<string, number[]> = {};
  const keys = table.datasets.map(keyText);
  for (const key of keys.toSorted()) indices[key] = [];
  for (const r of test) indices[keys[table.datasetOf[r]!]!]!.push(table.index[r]!);
  for (const list of Object.values(indices)) list.sort((a, b) => a - b);
  const body = { seed, trainRatio: options.trainRatio, mode: options.mode, test: indices };
  return { ...body, hash: createHash("sha256").update(JSON.stringify(body)).digest("hex") };
}
