/** The folder where the user's own data sets are written down, one YAML file each. */
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { DatasetDefinition } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { findDataset } from "../datasets/registry.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { makeFolder } from "../store/make-folder.ts";
import { isNotThere } from "../store/no-such-path.ts";
import { readYaml } from "../store/yaml-file.ts";
import { ownDataset, ownDatasetSchema } from "./own-dataset.ts";
import type { OwnDataset } from "./own-dataset.ts";

/** $SIGNALBOX_DATASETS, else $XDG_CONFIG_HOME/signalbox/datasets, else ~/.config/signalbox/datasets. */
export function ownDatasetsFolder(env: NodeJS.ProcessEnv): string {
  if (env["SIGNALBOX_DATASETS"]) return resolve(env["SIGNALBOX_DATASETS"]);
  const config = env["XDG_CONFIG_HOME"] ? resolve(env["XDG_CONFIG_HOME"]) : join(homedir(), ".config");
  return join(config, "signalbox", "datasets");
}

/** All of them, by name; none where there is no such folder. @throws UsageError naming file, line and column. */
export async function ownDatasets(folder: string): Promise<DatasetDefinition[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isNotThere(error)) return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".yaml")).toSorted();
  return await Promise.all(
    files.map(async (name) => ownDataset(await readYaml(join(folder, name), ownDatasetSchema, "Add it again."))),
  );
}

/** @returns the path written. @throws UsageError for a name that is taken, by a built-in set or, unless `replace`, by an own one. */
export async function writeOwnDataset(
  folder: string,
  own: OwnDataset,
  { replace }: { readonly replace: boolean },
): Promise<string> {
  const builtIn = findDataset(own.name);
  if (builtIn) {
    const mend = `Choose a name that is not read as ${builtIn.id}.`;
    throw new UsageError({ problem: `stands for the built-in data set ${builtIn.id}`, where: own.name, mend });
  }
  const others = await ownDatasets(folder);
  if (!replace && findDataset(own.name, others)) {
    throw new UsageError({
      problem: "is a data set of yours already",
      where: own.name,
      mend: "Replace it with --force.",
    });
  }
  await makeFolder(folder);
  const path = join(folder, `${own.name}.yaml`);
  await writeFileAtomic(path, stringify(own));
  return path;
}
