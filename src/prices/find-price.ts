/** The price of a model. Unknown is an error, never 0: a model without a price would look free. */
import { unknownName } from "../core/near-names.ts";
import { UsageError } from "../core/errors.ts";
import type { FoundPrice, PriceBook, PriceQuery } from "./price-book.ts";

/**
 * The price, with its source and day.
 * @throws UsageError naming the model, how to give a price, and near names of the models that have one.
 */
export function findPrice(query: PriceQuery, book: PriceBook): FoundPrice {
  const found = book.find(query);
  if (found) return found;
  const { name, model } = query;
  const near = unknownName(
    "price",
    model,
    book.entries().map((entry) => entry.name),
  );
  throw new UsageError({
    problem: `"${model}" has no price`,
    where: `model ${name}`,
    mend: `Give it one under prices in signalbox.yaml, with source and day, fetch newer ones with "signalbox prices update", or go on with --allow-unpriced. ${near.mend ?? ""}`.trim(),
  });
}
