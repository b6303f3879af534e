/**
 * Reads price lists in the two formats in common use: LiteLLM's model_prices_and_context_window.json (USD per token, by model)
 * and OpenRouter's /models (USD per token as text, a list). Entries that are no chat model, or whose price is none, are left out.
 */
import type { Price } from "./price.ts";

export const priceListFormats = ["litellm", "openrouter"] as const;
export type PriceListFormat = (typeof priceListFormats)[number];

export interface ReadPriceList {
  readonly format: PriceListFormat;
  readonly prices: Readonly<Record<string, Price>>;
  /** models that are not asked by chat: embeddings, images, speech */
  readonly otherKinds: number;
  /** chat models without a price for input and output, or with one that cannot be: less than 0, or 0 for both */
  readonly unpriced: number;
}

type Fields = Readonly<Record<string, unknown>>;
type Rates = Omit<Price, "source" | "asOf">;

/** Dearer than any model by far: a unit mistaken for another. */
const mostPerMillionUsd = 10_000;

/** The list; undefined when it is in neither format. `source` and `asOf` are put to every price. */
export function readPriceList(body: unknown, source: string, asOf: string): ReadPriceList | undefined {
  const { data } = Object(body) as Fields;
  const format = Array.isArray(data) ? "openrouter" : "litellm";
  const entries = Array.isArray(data) ? openRouterEntries(data) : liteLlmEntries(Object(body) as Fields);
  if (entries.length === 0) return undefined;
  const prices: Record<string, Price> = {};
  let [otherKinds, unpriced] = [0, 0];
  for (const { name, rates } of entries) {
    if (rates === "other kind") otherKinds++;
    else if (rates === undefined) unpriced++;
    else prices[name] = { ...rates, source, asOf };
  }
  return { format, prices, otherKinds, unpriced };
}

interface Entry {
  readonly name: string;
  readonly rates: Rates | undefined | "other kind";
}

const chatModes = new Set(["chat", "completion", "responses"]);

function liteLlmEntries(models: Fields): Entry[] {
  return Object.entries(models).flatMap(([name, value]) => {
    const entry = Object(value) as Fields;
    // What every entry of the format has; the first one only explains the fields.
    if (name === "sample_spec" || typeof entry["litellm_provider"] !== "string") return [];
    const mode = entry["mode"];
    return [{ name, rates: typeof mode === "string" && chatModes.has(mode) ? liteLlmRates(entry) : "other kind" }];
  });
}

/** Our names for LiteLLM's fields; a tier's fields have the bound behind the name. */
const liteLlmFields = {
  inputPerMillionUsd: "input_cost_per_token",
  cachedInputPerMillionUsd: "cache_read_input_token_cost",
  cacheWritePerMillionUsd: "cache_creation_input_token_cost",
  outputPerMillionUsd: "output_cost_per_token",
  reasoningPerMillionUsd: "output_cost_per_reasoning_token",
} as const;

function liteLlmRates(entry: Fields): Rates | undefined {
  const base = ratesIn(liteLlmFields, (field) => entry[field]);
  if (base === undefined) return undefined;
  const bounds = new Set(
    Object.keys(entry).flatMap((field) => {
      const thousands = /^(?:input|output)_cost_per_token_above_(\d+)k_tokens$/.exec(field)?.[1];
      return thousands === undefined ? [] : [Number(thousands)];
    }),
  );
  const tiers = [...bounds]
    .toSorted((a, b) => a - b)
    .flatMap((thousands) => {
      // What has no rate of its own above the bound keeps the one below it.
      const at = ratesIn(liteLlmFields, (field) => entry[`${field}_above_${thousands}k_tokens`] ?? entry[field]);
      return at ? [{ aboveInputTokens: thousands * 1000, ...at }] : [];
    });
  return { ...base, ...perRequest(entry["input_cost_per_request"]), ...(tiers.length > 0 && { tiers }) };
}

const openRouterFields = {
  inputPerMillionUsd: "prompt",
  cachedInputPerMillionUsd: "input_cache_read",
  cacheWritePerMillionUsd: "input_cache_write",
  outputPerMillionUsd: "completion",
  reasoningPerMillionUsd: "internal_reasoning",
} as const;

function openRouterEntries(data: readonly unknown[]): Entry[] {
  return data.flatMap((value) => {
    const { id, pricing } = Object(value) as Fields;
    if (typeof id !== "string" || typeof pricing !== "object" || pricing === null) return [];
    const given = pricing as Fields;
    const rates = ratesIn(openRouterFields, (field, name) => {
      const text = given[field];
      // "0" stands for "not billed apart" where input and output have a price.
      const isApart = name !== "inputPerMillionUsd" && name !== "outputPerMillionUsd";
      return typeof text === "string" && text !== "" && !(isApart && Number(text) === 0) ? Number(text) : undefined;
    });
    return [{ name: id, rates: rates && { ...rates, ...perRequest(Number(given["request"] ?? NaN)) } }];
  });
}

function perRequest(usd: unknown): { perRequestUsd?: number } {
  return typeof usd === "number" && usd > 0 && usd < mostPerMillionUsd ? { perRequestUsd: usd } : {};
}

type RateName = keyof typeof liteLlmFields;

/** The rates per million; undefined without a sound one for input and output, or when both are free. */
function ratesIn(
  fields: Readonly<Record<RateName, string>>,
  perToken: (field: string, name: RateName) => unknown,
): Rates | undefined {
  const rates: Partial<Record<RateName, number>> = {};
  for (const [name, field] of Object.entries(fields) as [RateName, string][]) {
    const value = perToken(field, name);
    if (value === undefined || value === null) continue;
    const perMillion = rounded(Number(value) * 1e6);
    if (typeof value !== "number" || !(perMillion >= 0 && perMillion <= mostPerMillionUsd)) return undefined;
    rates[name] = perMillion;
  }
  const { inputPerMillionUsd, outputPerMillionUsd } = rates;
  if (inputPerMillionUsd === undefined || outputPerMillionUsd === undefined) return undefined;
  if (inputPerMillionUsd + outputPerMillionUsd === 0) return undefined;
  return { ...rates, inputPerMillionUsd, outputPerMillionUsd };
}

/** 3e-7 × 1e6 is 0.3, not 0.29999999999999993. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
