/** The models of signalbox.yaml as the gateway asks them: their endpoints with connections of their own, keys, prices. */
import { Pool } from "undici";
import { strayPriceNotes } from "../collect/stray-prices.ts";
import { UsageError } from "../core/errors.ts";
import { requireSendable } from "../providers/secret.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { ServeConfig } from "./config.ts";
import type { Endpoint, ServedModel } from "./upstream/endpoint.ts";

export interface OpenedModels {
  readonly models: ReadonlyMap<string, ServedModel>;
  /** every key in use, for the redactor */
  readonly secrets: readonly string[];
  /** what a reader of the configuration should know */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

type ModelOfConfig = ServeConfig["models"][number];

/** @throws UsageError for a key that is not in the environment, or an address that cannot be one */
export function openModels(
  config: ServeConfig,
  { environment, prices }: { readonly environment: NodeJS.ProcessEnv; readonly prices: PriceBook },
): OpenedModels {
  const secrets: string[] = [];
  const pools: Pool[] = [];
  const notes = strayPriceNotes(config);
  const models = new Map<string, ServedModel>();
  for (const model of config.models) {
    const { name, provider, model: upstreamName, baseUrl } = model;
    if (provider === "ai-sdk") {
      notes.push(`model ${name} is not served: bodies are passed on as they are, which the AI SDK cannot do`);
      continue;
    }
    const labels = new Set<string>();
    const endpoints = placesOf(model, config).map(({ address, keyEnv }) => {
      const apiKey = keyOf(keyEnv, name, environment);
      if (apiKey !== undefined) secrets.push(apiKey);
      const opened = openEndpoint(address, { name, labels, format: provider, apiKey, settings: config.gateway });
      pools.push(opened.pool);
      return opened.endpoint;
    });
    const price = prices.find({ name, model: upstreamName, baseUrl })?.price;
    const { contextTokens } = config.gateway.capabilities[name] ?? {};
    models.set(name, { name, upstreamName, format: provider, endpoints, price, contextTokens });
  }
  const unpriced = [...models.values()].filter(({ price }) => price === undefined).map(({ name }) => name);
  if (unpriced.length > 0)
    notes.push(
      `no price is known of ${unpriced.join(", ")}: calls cannot be held against a budget nor counted by spend; give one under prices`,
    );
  return { models, secrets, notes, close: async () => void (await Promise.all(pools.map((pool) => pool.destroy()))) };
}

function placesOf(
  { name, baseUrl = "", keyEnv }: ModelOfConfig,
  { gateway }: ServeConfig,
): { readonly address: string; readonly keyEnv: string | undefined }[] {
  const several = gateway.endpoints[name];
  if (several === undefined) return [{ address: baseUrl, keyEnv }];
  return several.map((one) => ({ address: one.baseUrl, keyEnv: one.keyEnv ?? keyEnv }));
}

function keyOf(keyEnv: string | undefined, name: string, environment: NodeJS.ProcessEnv): string | undefined {
  if (keyEnv === undefined) return undefined;
  const key = environment[keyEnv];
  if (key === undefined || key === "") {
    const mend = `Run: export ${keyEnv}=…`;
    throw new UsageError({ problem: `the environment variable ${keyEnv} is not set`, where: `model ${name}`, mend });
  }
  requireSendable(key);
  return key;
}

interface EndpointSpec {
  readonly name: string;
  /** those in use; the endpoint's own is added */
  readonly labels: Set<string>;
  readonly format: ServedModel["format"];
  readonly apiKey: string | undefined;
  readonly settings: ServeConfig["gateway"];
}

/** The version of Anthropic's format that is spoken where a client names none. */
const anthropicVersion = "2023-06-01";

function openEndpoint(
  address: string,
  { name, labels, format, apiKey, settings }: EndpointSpec,
): { endpoint: Endpoint; pool: Pool } {
  const { origin, host, basePath } = partsOf(address, name);
  const pool = new Pool(origin, {
    connections: settings.limits.connectionsPerEndpoint,
    connect: { timeout: settings.deadlines.connectSeconds * 1000 },
    // Deadlines are the call's own (upstream/upstream-call.ts), to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const json = { "content-type": "application/json" };
  const headers: Record<string, string> =
    format === "anthropic"
      ? { ...json, "anthropic-version": anthropicVersion, ...(apiKey !== undefined && { "x-api-key": apiKey }) }
      : { ...json, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  const label = ownLabel(`${name} at ${host}`, labels);
  return { endpoint: { label, origin, basePath, headers, dispatcher: pool }, pool };
}

/** Endpoints of one host, with keys or paths of their own, are told apart by their number: each has a breaker of its own. */
function ownLabel(text: string, labels: Set<string>): string {
  const label = labels.has(text) ? `${text} (${labels.size + 1})` : text;
  labels.add(label);
  return label;
}

function partsOf(address: string, name: string): { origin: string; host: string; basePath: string } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    // It is not shown: it may hold a key.
    const mend = "Give an http or https address without a user, e.g. https://openrouter.ai/api/v1";
    throw new UsageError({ problem: "the base URL is no address of an endpoint", where: `model ${name}`, mend });
  }
  return { origin: url.origin, host: url.host, basePath: url.pathname.replace(/\/+$/, "") };
}
