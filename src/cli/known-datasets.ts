/** Every data set a command may be asked for: those that ship, and the user's own. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { datasets } from "../datasets/registry.ts";
import { ownDatasets, ownDatasetsFolder } from "../loading/own-datasets.ts";

/** @throws UsageError for an own set whose file is not sound. */
export async function knownDatasets(): Promise<readonly DatasetDefinition[]> {
  return [...datasets, ...(await ownDatasets(ownDatasetsFolder(process.env)))];
}
