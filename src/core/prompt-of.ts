/** The user message for an item, and the version of the words it is put in: part of every record. */
import type { DatasetDefinition } from "./dataset.ts";
import type { Item } from "./item.ts";

export interface PromptTemplate {
  readonly text: string;
  /** names it in records: a hash of its text, say */
  readonly version: string;
}

export interface VersionedPrompt {
  readonly text: string;
  /** "math500/1" for ours */
  readonly version: string;
}

/** By the data set's own wording, or the user's. @throws UsageError for a template that names what the item has not. */
export function promptOf(dataset: DatasetDefinition, item: Item, template?: PromptTemplate): VersionedPrompt {
  if (!template) return { text: dataset.prompt(item), version: `${dataset.id}/${dataset.promptVersion}` };
  return { text: dataset.prompt(item, { template: template.text }), version: template.version };
}
