/** The family that scores a data set; of a set whose rows are of several kinds, that of its example row. */
import type { DatasetDefinition } from "../core/dataset.ts";

export function familyOf({ scorer, toItem, example }: DatasetDefinition): string {
  return (typeof scorer === "function" ? scorer({ response: "", ...toItem(example, 1) }) : scorer).evaluator;
}
