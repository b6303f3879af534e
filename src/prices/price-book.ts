/**
 * Where prices come from, first match wins: the user's own, the table he updated, the table that ships with signalbox, the list
 * of `@pydantic/genai-prices`. Ours are by model; that list knows providers, and fills gaps.
 */
import { paperNames, paperPrices } from "./paper-prices.ts";
import type { Price } from "./price.ts";

/** Another party's list, as far as it is used here. */
export interface PriceList {
  /** What it would charge for one call; undefined when the model is not in it. */
  rates(query: PriceQuery): ListedRates | undefined;
}

export type ListedRates = Omit<Price, "asOf">;

export interface PriceQuery {
  /** the user's name of the model */
  readonly name: string;
  /** the provider's name of it */
  readonly model: string;
  /** an id of the list: openai, anthropic, openrouter */
  readonly provider?: string | undefined;
  /** where it is asked: tells the provider */
  readonly baseUrl?: string | undefined;
}

export const priceOrigins = ["signalbox.yaml", "prices update", "signalbox", "genai-prices"] as const;
export type PriceOrigin = (typeof priceOrigins)[number];

export interface FoundPrice {
  readonly price: Price;
  readonly origin: PriceOrigin;
}

export interface PriceBook {
  find(query: PriceQuery): FoundPrice | undefined;
  /** The prices that are kept by model, by name; of one model the one that is used. */
  entries(): readonly (FoundPrice & { readonly name: string })[];
}

export interface PriceSources {
  /** of signalbox.yaml */
  readonly own: Readonly<Record<string, Price>>;
  /** of `prices update` */
  readonly updated: Readonly<Record<string, Price>>;
  readonly list: PriceList;
  /** the day of the list, ISO 8601 */
  readonly listDay: string;
}

export function priceBook({ own, updated, list, listDay }: PriceSources): PriceBook {
  const tables: readonly (readonly [PriceOrigin, Readonly<Record<string, Price>>])[] = [
    ["signalbox.yaml", own],
    ["prices update", updated],
    ["signalbox", paperPrices],
  ];
  return {
    find(query) {
      const listed = list.rates(query);
      for (const [origin, table] of tables) {
        const price = namesOf(query, origin)
          .map((name) => ownOf(table, name))
          .find((one) => one !== undefined);
        if (price) return { price: origin === "signalbox" ? completed(price, listed) : price, origin };
      }
      return listed && { price: { ...listed, asOf: listDay }, origin: "genai-prices" };
    },
    entries() {
      const byName = new Map<string, FoundPrice & { readonly name: string }>();
      for (const [origin, table] of tables.toReversed())
        for (const [name, price] of Object.entries(table)) byName.set(name, { name, price, origin });
      return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

/** Not what every object has by birth: a model may be called "constructor". */
function ownOf(table: Readonly<Record<string, Price>>, name: string): Price | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The names a model may stand under in a table; only the user's own table knows the user's own names. */
function namesOf({ name, model, baseUrl = "" }: PriceQuery, origin: PriceOrigin): string[] {
  if (origin === "signalbox.yaml") return [name, model];
  if (origin === "signalbox") return [model, ...(Object.hasOwn(paperNames, model) ? [paperNames[model] ?? model] : [])];
  return baseUrl.includes("//openrouter.ai/") ? [`openrouter/${model}`, model] : [model];
}

/** Our table gives input and output only: where the list has the same two, its cached rates and tiers hold as well. */
function completed(price: Price, listed: ListedRates | undefined): Price {
  const isSame =
    listed?.inputPerMillionUsd === price.inputPerMillionUsd && listed.outputPerMillionUsd === price.outputPerMillionUsd;
  if (!isSame) return price;
  const more = Object.keys(listed).some((key) => key !== "source" && !(key in price));
  return more ? { ...listed, ...price, source: `${price.source}; cached input and tiers: ${listed.source}` } : price;
}
