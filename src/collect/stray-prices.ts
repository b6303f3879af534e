/** Prices of a configuration that are of no model and look as if they were meant for one. */
import { nearNames } from "../core/near-names.ts";
import type { CollectConfig } from "./config-schema.ts";

/** A sentence each: with a slip in its name a price does nothing, and the shipped one, often another, is taken without a word. */
export function strayPriceNotes({ models, prices }: Pick<CollectConfig, "models" | "prices">): string[] {
  const known = new Set(models.flatMap(({ name, model }) => [name, model]));
  const unpriced = models.map(({ name }) => name).filter((name) => !(name in prices));
  return Object.keys(prices).flatMap((name) => {
    const near = known.has(name) ? [] : nearNames(name, unpriced);
    return near.length === 0 ? [] : [`prices: "${name}" is no model here; did you mean "${near[0]}"?`];
  });
}
