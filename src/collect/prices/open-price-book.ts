/** All prices there are, in the order in which they count. */
import { priceBook } from "../../prices/price-book.ts";
import type { PriceBook } from "../../prices/price-book.ts";
import type { Price } from "../../prices/price.ts";
import { shippedDay, shippedPrices } from "../../prices/shipped.ts";
import { updatedPrices } from "./updated-prices.ts";

/** The book, `own` first. @throws DataError when the updated table is damaged */
export async function openPriceBook(own: Readonly<Record<string, Price>> = {}): Promise<PriceBook> {
  const [updated, list] = await Promise.all([updatedPrices(), shippedPrices()]);
  return priceBook({ own, updated: updated?.prices ?? {}, list, listDay: shippedDay });
}
