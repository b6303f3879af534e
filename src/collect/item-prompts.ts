/** The items of a known data set as prompts, with all that scoring them will need. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { promptOf } from "../core/prompt-of.ts";
import type { PromptTemplate } from "../core/prompt-of.ts";
import type { LoadedItems } from "../loading/load-items.ts";
import type { PlacedPrompt } from "./prompts.ts";

/**
 * @param id as the configuration names the set, and results do
 * @throws UsageError for a set whose questions hold pictures, and for a template that names what an item has not
 */
export function itemPrompts(
  id: string,
  dataset: DatasetDefinition,
  { split, items }: Pick<LoadedItems, "split" | "items">,
  template?: PromptTemplate,
): PlacedPrompt[] {
  return items.map(({ position, item }) => {
    if (item.images && item.images.length > 0) {
      const mend = "Prompts are sent as text alone: leave the set out.";
      throw new UsageError({ problem: "its questions hold pictures", where: `datasets, ${id}`, mend });
    }
    const { text, version } = promptOf(dataset, item, template);
    const { query, truth, record } = item;
    return {
      dataset: id,
      split,
      index: position,
      text,
      query,
      ...(truth !== null &&
        truth !== undefined && { groundTruth: typeof truth === "string" ? truth : JSON.stringify(truth) }),
      ...(Object.keys(record).length > 0 && { record }),
      promptVersion: version,
    };
  });
}
