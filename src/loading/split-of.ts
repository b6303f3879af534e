/** The split of a data set that is meant by a name, or by none. */
import type { DatasetDefinition, DatasetSplit } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";

/** @throws UsageError for an unknown split, and for a set that has no rows of its own. */
export function splitOf(dataset: DatasetDefinition, name?: string): readonly [string, DatasetSplit] {
  const names = Object.keys(dataset.splits);
  const wanted = name ?? names[0] ?? "";
  const split = dataset.splits[wanted];
  if (dataset.vectorsOnly) {
    const mend = `It serves "signalbox evaluators check ${dataset.id}.json".`;
    throw new UsageError({
      problem: "checks a reader with vectors, and has no rows of its own",
      where: dataset.id,
      mend,
    });
  }
  if (!split) throw unknownName("split", wanted, names, dataset.id);
  return [wanted, split];
}
