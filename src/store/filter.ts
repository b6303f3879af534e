/** Which data sets, splits and models of a table are wanted. */
import { UsageError } from "../core/errors.ts";
import { nearNames, unknownName } from "../core/near-names.ts";
import type { DatasetKey } from "../core/outcome-table.ts";
import type { FullTable } from "./full-table.ts";
import type { LoadWarning } from "./load-report.ts";

/** Absent whitelist = all. An exclude list is used only when its whitelist is absent. Names match exactly. */
export interface Filter {
  /** data set ids, or `id/split` */
  readonly datasets?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly splits?: readonly string[] | undefined;
  readonly excludeDatasets?: readonly string[] | undefined;
  readonly excludeModels?: readonly string[] | undefined;
  readonly excludeSplits?: readonly string[] | undefined;
  /** shown beside the pool, part of nothing else */
  readonly referenceModels?: readonly string[] | undefined;
}

export const filterNames = [
  "datasets",
  "models",
  "splits",
  "excludeDatasets",
  "excludeModels",
  "excludeSplits",
  "referenceModels",
] as const satisfies readonly (keyof Filter)[];

/** Positions in the full table. */
export interface Selection {
  /** in order of first appearance over the files kept */
  readonly datasets: readonly number[];
  readonly models: readonly number[];
  readonly referenceModels: readonly number[];
  readonly warnings: readonly LoadWarning[];
}

/**
 * What the filter leaves of a table.
 * @throws UsageError for a wanted name that is not there (with near names), for a model that is both in the pool and a
 *   reference, and when nothing is left.
 */
export function select(full: FullTable, filter: Filter): Selection {
  const keys = full.datasets;
  const names = [...new Set(keys.flatMap((key) => [key.dataset, keyName(key)]))];
  const splits = [...new Set(keys.map(({ split }) => split))];
  requireKnown("data set", filter.datasets, names);
  requireKnown("split", filter.splits, splits);
  requireKnown("model", filter.models, full.models);
  requireKnown("reference model", filter.referenceModels, full.models);
  const both = filter.referenceModels?.find((model) => filter.models?.includes(model));
  if (both !== undefined) {
    throw new UsageError({
      problem: `"${both}" is both a model of the pool and a reference model`,
      mend: "Choose one.",
    });
  }
  const wanted = keys.flatMap((key, position) => (keyWanted(key, filter) ? [position] : []));
  const reference = (model: string): boolean => filter.referenceModels?.includes(model) ?? false;
  const models = full.models.flatMap((model, position) =>
    !reference(model) && inList(filter.models, filter.excludeModels, (name) => name === model) ? [position] : [],
  );
  const datasets = inOrderOfFiles(full, wanted, models);
  if (datasets.length === 0 || models.length === 0) throw nothingLeft(filter);
  return {
    datasets,
    models,
    referenceModels: full.models.flatMap((model, position) => (reference(model) ? [position] : [])),
    warnings: [
      ...unknownExcludes("data set", filter.datasets ? [] : filter.excludeDatasets, names),
      ...unknownExcludes("split", filter.splits ? [] : filter.excludeSplits, splits),
      ...unknownExcludes("model", filter.models ? [] : filter.excludeModels, full.models),
    ],
  };
}

/** `id/split`, the name of a data set key in options and messages. */
export function keyName({ dataset, split }: DatasetKey): string {
  return `${dataset}/${split}`;
}

function keyWanted(key: DatasetKey, filter: Filter): boolean {
  const named = (name: string): boolean => name === key.dataset || name === keyName(key);
  return (
    inList(filter.datasets, filter.excludeDatasets, named) &&
    inList(filter.splits, filter.excludeSplits, (name) => name === key.split)
  );
}

function inList(
  wanted: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  named: (name: string) => boolean,
): boolean {
  return wanted ? wanted.some(named) : !(excluded?.some(named) ?? false);
}

/** The data sets that at least one of the models has a file for, by the first of those files. */
function inOrderOfFiles(full: FullTable, datasets: readonly number[], models: readonly number[]): number[] {
  return datasets
    .map((dataset) => ({
      dataset,
      rank: Math.min(
        ...models.map((model) => full.fileRank[dataset * full.models.length + model] ?? -1).filter((rank) => rank >= 0),
      ),
    }))
    .filter(({ rank }) => rank < Infinity)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ dataset }) => dataset);
}

function requireKnown(kind: string, wanted: readonly string[] | undefined, known: readonly string[]): void {
  const stranger = wanted?.find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknownName(kind, stranger, known);
}

function unknownExcludes(
  kind: string,
  excluded: readonly string[] | undefined,
  known: readonly string[],
): LoadWarning[] {
  return (excluded ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => {
      const [near] = nearNames(name, known, 1);
      const hint = near === undefined ? "" : `; did you mean "${near}"?`;
      return { kind: "unknown-exclude", message: `no ${kind} "${name}" to exclude${hint}` };
    });
}

function nothingLeft(filter: Filter): UsageError {
  const used = filterNames.filter((name) => filter[name] !== undefined).join(", ");
  return new UsageError({ problem: "no results are left after the filters", where: used, mend: "Loosen the filters." });
}
