/** A user's prompt template, filled from an item. */
import { UsageError } from "./errors.ts";
import type { Item } from "./item.ts";

const marks = ["id", "query", "choices", "letters"] as const;

/**
 * Replaces {{query}}, {{choices}} (a line "A. text" each), {{letters}}, {{id}} and {{record.FIELD}}; once, so that a
 * question that holds braces is left alone.
 * @throws UsageError naming a mark that is none, or a field the item has not.
 */
export function fillTemplate(template: string, item: Item): string {
  return template.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, mark: string) => valueOf(mark, item));
}

function valueOf(mark: string, { id, query, choices = [], record }: Item): string {
  if (mark === "id") return id;
  if (mark === "query") return query;
  if (mark === "choices") return choices.map(({ letter, text }) => `${letter}. ${text}`).join("\n");
  if (mark === "letters") return choices.map(({ letter }) => letter).join("");
  const field = mark.startsWith("record.") ? mark.slice("record.".length) : "";
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  if (value !== undefined) return typeof value === "string" ? value : JSON.stringify(value);
  const known = [...marks, ...Object.keys(record).map((name) => `record.${name}`)];
  throw new UsageError({
    problem: `the template's {{${mark}}} is not a field of item ${id}`,
    mend: `Known: ${known.join(", ")}.`,
  });
}
