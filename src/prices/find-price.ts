/**
 * The price of a model: the user's own first, then the dated list that ships with the package
 * `@pydantic/genai-prices`. Unknown is an error, never 0: a model without a price would look free.
 */
import { unknownName } from "../core/near-names.ts";
import { UsageError } from "../core/errors.ts";
import type { Price } from "./price.ts";

/** The shipped list, as far as it is used here. */
export interface PriceList {
  /** What it would charge for one call; undefined when the model is not in it. */
  rates(model: string, provider: string | undefined): ListedRates | undefined;
}

export interface ListedRates {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly cachedInputPerMillionUsd?: number | undefined;
  readonly cacheWritePerMillionUsd?: number | undefined;
  readonly tiers?: NonNullable<Price["tiers"]> | undefined;
  readonly source: string;
}

export interface PriceQuery {
  /** the user's name of the model */
  readonly name: string;
  /** the provider's name of it */
  readonly model: string;
  readonly provider?: string | undefined;
}

/**
 * The price, with its source and day.
 * @throws UsageError naming the model, how to give a price, and near names of the user's own list.
 */
export function findPrice(
  { name, model, provider }: PriceQuery,
  own: Readonly<Record<string, Price>>,
  list: PriceList,
  listDay: string,
): Price {
  const given = own[name] ?? own[model];
  if (given) return given;
  const listed = list.rates(model, provider);
  if (listed) return { ...listed, asOf: listDay };
  const near = unknownName("price", model, Object.keys(own));
  throw new UsageError({
    problem: `"${model}" has no price`,
    where: `model ${name}`,
    mend: `Give it one under prices in signalbox.yaml, with source and day, or allow it with --allow-unpriced. ${near.mend ?? ""}`.trim(),
  });
}
