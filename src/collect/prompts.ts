/** The prompts of a table, each with its place. */
import type { OutcomeTable } from "../core/outcome-table.ts";

export interface PlacedPrompt {
  readonly dataset: string;
  readonly split: string;
  /** position in the data set, from 1 */
  readonly index: number;
  readonly text: string;
}

/** In the order of the table's rows. */
export function placedPrompts({ prompts, datasets, datasetOf, index }: OutcomeTable): PlacedPrompt[] {
  return datasets.flatMap((key, d) =>
    prompts.flatMap((text, r) => (datasetOf[r] === d ? [{ ...key, index: index[r] ?? 0, text }] : [])),
  );
}
