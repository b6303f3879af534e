/** The files of a data set, wherever they are: the user's own, a folder given, or fetched from the set's home. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { fetchDataset } from "./fetch-dataset.ts";
import type { FetchDatasetOptions } from "./fetch-dataset.ts";
import { localFiles } from "./local-files.ts";
import type { LocalFile } from "./read-rows.ts";
import { splitOf } from "./split-of.ts";

export interface DatasetFilesOptions extends FetchDatasetOptions {
  /** a folder that holds the files, instead of the set's home */
  readonly from?: string | undefined;
}

/** @throws as `fetchDataset` and `localFiles` */
export async function datasetFiles(
  dataset: DatasetDefinition,
  { from, ...options }: DatasetFilesOptions,
): Promise<LocalFile[]> {
  if (dataset.source.kind === "file")
    return splitOf(dataset, options.split)[1].files.map((file) => ({ ...file, local: file.path }));
  if (from !== undefined) return localFiles(dataset, options.split, from);
  return await fetchDataset(dataset, options);
}
