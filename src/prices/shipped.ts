/** The price list that ships with `@pydantic/genai-prices`: offline, tiered, dated by its release. Loaded on use. */
import type { ListedRates, PriceList, PriceQuery } from "./price-book.ts";

/** The day of the release pinned in package.json: what its prices were read by. */
export const shippedDay = "2026-09-23";

type Rate =
  | number
  | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };
type Rates = Readonly<Record<string, Rate | undefined>>;

/** Our names for theirs. */
const fields = {
  inputPerMillionUsd: "input_mtok",
  outputPerMillionUsd: "output_mtok",
  cachedInputPerMillionUsd: "cache_read_mtok",
  cacheWritePerMillionUsd: "cache_write_mtok",
  reasoningPerMillionUsd: "output_reasoning_mtok",
} as const;

/** Beside the tokens we read a fee per request; media, searches and longer caching cost only where asked for. Any other unit makes the price unknown. */
const perThousandRequests = "requests_kcount";
const askedFor = /audio|image|video|searches|cache_write_/;
const readFields = new Set<string>([...Object.values(fields), perThousandRequests]);

/** The list. A model without a price for input or output (an embedding, a transcription) is not in it. */
export async function shippedPrices(): Promise<PriceList> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return {
    rates(query) {
      const none = { input_tokens: 0, output_tokens: 0 };
      for (const provider of providersOf(query)) {
        const found = calcPrice(none, query.model, provider);
        if (found === null) continue;
        const source = found.provider.pricing_urls?.[0] ?? `@pydantic/genai-prices, ${found.provider.name}`;
        return listed(found.model_price, source);
      }
      return undefined;
    },
  };
}

/** Whose price it may be: the provider that is named, else the one at that address, else the model's maker. */
function providersOf({ provider, baseUrl }: PriceQuery): { providerId?: string; providerApiUrl?: string }[] {
  if (provider !== undefined) return [{ providerId: provider }];
  return [...(baseUrl === undefined ? [] : [{ providerApiUrl: baseUrl }]), {}];
}

function listed(rates: Rates, source: string): ListedRates | undefined {
  const base = ratesAbove(rates, 0);
  const isKnown = (field: string): boolean => readFields.has(field) || askedFor.test(field);
  if (base === undefined || !Object.keys(rates).every(isKnown)) return undefined;
  const fee = rates[perThousandRequests];
  const starts = Object.values(fields).flatMap((field) => {
    const rate = rates[field];
    return typeof rate === "object" ? rate.tiers.map(({ start }) => start) : [];
  });
  const tiers = [...new Set(starts)]
    .toSorted((a, b) => a - b)
    .flatMap((start) => {
      const at = ratesAbove(rates, start);
      return at ? [{ aboveInputTokens: start, ...at }] : [];
    });
  return {
    ...base,
    ...(fee !== undefined && { perRequestUsd: rateAbove(fee, 0) / 1000 }),
    ...(tiers.length > 0 && { tiers }),
    source,
  };
}

interface PlainRates {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly cachedInputPerMillionUsd?: number;
  readonly cacheWritePerMillionUsd?: number;
  readonly reasoningPerMillionUsd?: number;
}

/** The rates of a call with more than `tokens` of input; undefined without a rate for input or output. */
function ratesAbove(rates: Rates, tokens: number): PlainRates | undefined {
  const named = Object.entries(fields).flatMap(([name, field]) => {
    const rate = rates[field];
    return rate === undefined ? [] : [[name, rateAbove(rate, tokens)] as const];
  });
  const out = Object.fromEntries(named) as Partial<PlainRates>;
  const { inputPerMillionUsd, outputPerMillionUsd } = out;
  if (inputPerMillionUsd === undefined || outputPerMillionUsd === undefined) return undefined;
  return { ...out, inputPerMillionUsd, outputPerMillionUsd };
}

function rateAbove(rate: Rate, tokens: number): number {
  if (typeof rate === "number") return rate;
  return rate.tiers.reduce((price, tier) => (tier.start <= tokens && tokens > 0 ? tier.price : price), rate.base);
}
