/**
 * Joins the records of all files into one dense table.
 *
 * Data sets come in order of first appearance over the sorted files, rows in order of first appearance inside their
 * data set key, models in code-unit order. The join key is (data set key, index); the text of a row is the first met.
 */
import { cellStatus } from "../core/outcome-table.ts";
import type { DatasetKey } from "../core/outcome-table.ts";
import { plural } from "../core/plural.ts";
import type { ChosenFile } from "./choose-files.ts";
import { fillCell } from "./fill-cell.ts";
import type { FullCells, FullRows, FullTable } from "./full-table.ts";
import type { LoadWarning } from "./load-report.ts";
import { fillMean, isPartlyScored } from "./mean-cell.ts";
import type { SampleRecord } from "./mean-cell.ts";
import { runOf } from "./part-samples.ts";
import type { PartedSamples } from "./part-samples.ts";
import type { RecordColumns } from "./record-columns.ts";
import { splitGroups } from "./split-groups.ts";
import { mergeTexts } from "./merge-texts.ts";

/** The parts of a table that come from the records alone. */
export type JoinedTable = Pick<FullTable, "datasets" | "models" | "rows" | "cells" | "fileRank" | "texts"> & {
  readonly warnings: readonly LoadWarning[];
};

interface DatasetRows {
  readonly key: DatasetKey;
  readonly rowOf: Map<number, number>;
  readonly index: number[];
  readonly promptText: number[];
  readonly originQuery: number[];
  readonly groundTruth: number[];
  /** those of further samples last, without a rank (−1) */
  readonly files: { readonly file: ChosenFile; readonly rank: number }[];
}

/** The table of the chosen files, in their order. Where a run has several samples a cell holds their means. */
export function buildTable(samples: PartedSamples<ChosenFile>, batches: readonly RecordColumns[]): JoinedTable {
  const merged = mergeTexts(batches);
  const sets = collectRows(samples, merged.columns);
  const models = [...new Set(samples.first.map(({ header }) => header.model))].sort();
  const offsets = rowOffsets(sets);
  const rowCount = offsets.at(-1) ?? 0;
  const cells = emptyCells(rowCount * models.length);
  const fileRank = Array.from({ length: sets.length * models.length }, () => -1);
  const groups = splitGroups(rowCount);
  const warnings: LoadWarning[] = [];
  const promptText = Int32Array.from(sets.flatMap((set) => set.promptText));
  sets.forEach((set, s) => {
    const firstWith = new Map<number, number>();
    for (const { file, rank } of set.files) {
      const column = models.indexOf(file.header.model);
      if (rank >= 0) fileRank[s * models.length + column] = rank;
      const columns = columnsOf(merged.columns, file);
      const differing: number[] = [];
      for (let record = file.start; record < file.end; record++) {
        const index = columns.index[record] ?? 0;
        const row = (offsets[s] ?? 0) + (set.rowOf.get(index) ?? 0);
        fillCell(cells, row * models.length + column, columns, record);
        const text = columns.prompt[record] ?? 0;
        if (promptText[row] !== text) differing.push(index);
        groups.join(row, firstWith.get(text) ?? row);
        if (!firstWith.has(text)) firstWith.set(text, row);
      }
      if (differing.length > 0) warnings.push(textDiffers(file, differing));
    }
    const cellOf = (index: number, model: string): number =>
      ((offsets[s] ?? 0) + (set.rowOf.get(index) ?? 0)) * models.length + models.indexOf(model);
    warnings.push(...fillMeans(cells, set, merged.columns, cellOf));
  });
  const rows: FullRows = {
    dataset: Int32Array.from(sets.flatMap((set, s) => set.index.map(() => s))),
    index: Int32Array.from(sets.flatMap((set) => set.index)),
    group: groups.numbers(),
    promptText,
    originQuery: Int32Array.from(sets.flatMap((set) => set.originQuery)),
    groundTruth: Int32Array.from(sets.flatMap((set) => set.groundTruth)),
    prompts: Array.from(promptText, (id) => merged.texts[id] ?? ""),
  };
  const texts = { length: merged.texts.length, at: (id: number) => merged.texts[id] ?? "" };
  return { datasets: sets.map(({ key }) => key), models, rows, cells, fileRank, texts, warnings };
}

function collectRows({ first, further }: PartedSamples<ChosenFile>, batches: readonly RecordColumns[]): DatasetRows[] {
  const sets = new Map<string, DatasetRows>();
  [...first, ...further].forEach((file, i) => {
    const { dataset, split } = file.header;
    const name = JSON.stringify([dataset, split]);
    const set = sets.get(name) ?? emptySet({ dataset, split });
    sets.set(name, set);
    set.files.push({ file, rank: i < first.length ? i : -1 });
    addRows(set, file, columnsOf(batches, file));
  });
  return [...sets.values()];
}

function addRows(set: DatasetRows, file: ChosenFile, columns: RecordColumns): void {
  for (let record = file.start; record < file.end; record++) {
    const index = columns.index[record] ?? 0;
    const known = set.rowOf.get(index);
    if (known === undefined) {
      set.rowOf.set(index, set.index.length);
      set.index.push(index);
      set.promptText.push(columns.prompt[record] ?? 0);
      set.originQuery.push(columns.originQuery[record] ?? 0);
      set.groundTruth.push(columns.groundTruth[record] ?? 0);
    } else {
      // A field one model's file leaves empty is taken from the next that has it.
      set.originQuery[known] ||= columns.originQuery[record] ?? 0;
      set.groundTruth[known] ||= columns.groundTruth[record] ?? 0;
    }
  }
}

function emptySet(key: DatasetKey): DatasetRows {
  return { key, rowOf: new Map(), index: [], promptText: [], originQuery: [], groundTruth: [], files: [] };
}

function columnsOf(batches: readonly RecordColumns[], file: ChosenFile): RecordColumns {
  const columns = batches[file.batch];
  if (!columns) throw new RangeError(`batch ${file.batch} of ${batches.length} does not exist`);
  return columns;
}

/** [sets + 1] first row of each set, then the number of rows */
function rowOffsets(sets: readonly DatasetRows[]): number[] {
  const offsets = [0];
  for (const set of sets) offsets.push((offsets.at(-1) ?? 0) + set.index.length);
  return offsets;
}

function emptyCells(count: number): FullCells {
  const numbers = (): Float64Array => new Float64Array(count).fill(NaN);
  return {
    status: new Uint8Array(count).fill(cellStatus.missing),
    score: numbers(),
    costUsd: numbers(),
    promptTokens: numbers(),
    completionTokens: numbers(),
    latencySeconds: numbers(),
    prediction: new Int32Array(count),
    extra: new Int32Array(count),
  };
}

/** Fills the cells of the runs that have further samples anew, with the means over all of them. */
function fillMeans(
  cells: FullCells,
  { files }: DatasetRows,
  batches: readonly RecordColumns[],
  cellOf: (index: number, model: string) => number,
): LoadWarning[] {
  const runs = new Map<string, ChosenFile[]>();
  for (const { file } of files) runs.set(runOf(file), [...(runs.get(runOf(file)) ?? []), file]);
  return [...runs.values()].flatMap((run) => {
    const [first] = run;
    if (first === undefined || run.length === 1) return [];
    const byIndex = new Map<number, SampleRecord[]>();
    for (const one of run) {
      const columns = columnsOf(batches, one);
      for (let record = one.start; record < one.end; record++) {
        const index = columns.index[record] ?? 0;
        byIndex.set(index, [...(byIndex.get(index) ?? []), { columns, record }]);
      }
    }
    for (const [index, samples] of byIndex) fillMean(cells, cellOf(index, first.header.model), samples);
    const partly = [...byIndex.values()].filter(isPartlyScored).length;
    return partly > 0 ? [partlyScored(first, partly)] : [];
  });
}

function partlyScored({ header: { dataset, split, model } }: ChosenFile, prompts: number): LoadWarning {
  const message = `${plural(prompts, "prompt")} of ${model} on ${dataset}/${split} ${prompts === 1 ? "has" : "have"} samples without a score: the mean is over the others`;
  return { kind: "partly-scored", message, dataset, split, model };
}

function textDiffers(file: ChosenFile, indices: readonly number[]): LoadWarning {
  const { dataset, split, model } = file.header;
  const some = indices.slice(0, 3).join(", ") + (indices.length > 3 ? ", …" : "");
  return {
    kind: "text-differs",
    message: `the texts of ${plural(indices.length, "prompt")} of ${model} on ${dataset}/${split} differ from another model's (index ${some})`,
    dataset,
    split,
    model,
  };
}
