/** A gateway on a free port with models on scripted servers, and a decider whose choice a test names. */
import { onTestFinished } from "vitest";
import type { CallRecord } from "../../src/gateway/call-record.ts";
import { gatewaySettings } from "../../src/gateway/config.ts";
import type { ServeConfig } from "../../src/gateway/config.ts";
import { startGateway } from "../../src/gateway/gateway.ts";
import type { Gateway, GatewayOptions } from "../../src/gateway/gateway.ts";
import type { GatewayParts } from "../../src/gateway/gateway-parts.ts";
import { openModels } from "../../src/gateway/open-models.ts";
import { memoryState } from "../../src/gateway-state/memory-state.ts";
import { defaultStateOptions } from "../../src/gateway-state/state-options.ts";
import type { GatewayState } from "../../src/gateway-state/state.ts";
import type { PriceBook } from "../../src/prices/price-book.ts";
import type { Controls, Decider, ServedDecision } from "../../src/serving/decider.ts";

export interface TestModel {
  readonly name: string;
  /** the addresses where it is asked, "/v1" included */
  readonly urls: readonly string[];
  readonly provider?: "openai" | "anthropic";
}

export interface TestGateway {
  readonly url: string;
  readonly records: CallRecord[];
  readonly defects: unknown[];
  readonly reload: Gateway["reload"];
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The canary that must never leave: the key of every model. */
export const canaryKey = "sk-canary-0123456789abcdef";

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1000, source: "test", asOf: "2026-11-28" };
const prices: PriceBook = { find: () => ({ price, origin: "signalbox.yaml" }), entries: () => [] };

interface PartsOptions {
  readonly settings?: object;
  readonly decider?: Decider;
  /** of every model, instead of the canary */
  readonly upstreamKey?: string;
}

export type OpenedTestParts = GatewayParts & { readonly close: () => Promise<void> };

/** What a gateway serves by, as its configuration would give it. */
export function testParts(models: readonly TestModel[], options: PartsOptions = {}): OpenedTestParts {
  const settings = gatewaySettings({
    listen: "127.0.0.1:0",
    retries: { firstWaitSeconds: 0.001, longestWaitSeconds: 0.05 },
    endpoints: Object.fromEntries(models.map(({ name, urls }) => [name, urls.map((baseUrl) => ({ baseUrl }))])),
    ...options.settings,
  });
  const config = {
    models: models.map(({ name, provider = "openai" }) => ({ name, provider, model: `up-${name}`, keyEnv: "KEY" })),
    prices: {},
    gateway: settings,
  } as unknown as ServeConfig;
  const opened = openModels(config, { environment: { KEY: options.upstreamKey ?? canaryKey }, prices });
  const decider = options.decider ?? chainDecider(models.map(({ name }) => name));
  return { settings, models: opened.models, secrets: opened.secrets, decider, close: () => opened.close() };
}

export async function testGateway(
  models: readonly TestModel[],
  options: PartsOptions & { readonly state?: GatewayState; readonly more?: Partial<GatewayOptions> } = {},
): Promise<TestGateway> {
  const records: CallRecord[] = [];
  const defects: unknown[] = [];
  const gateway = await startGateway({
    ...testParts(models, options),
    state: options.state ?? memoryState(defaultStateOptions).state,
    onCall: (record) => records.push(record),
    onDefect: (error) => defects.push(error),
    ...options.more,
  });
  onTestFinished(() => gateway.close());
  return {
    url: gateway.url,
    records,
    defects,
    reload: (open) => gateway.reload(open),
    close: () => gateway.close(),
    post: (path, body, init = {}) =>
      fetch(gateway.url + path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...init,
        headers: { "content-type": "application/json", ...(init.headers as Record<string, string>) },
      }),
  };
}

const controls: Controls = {
  router: undefined,
  policy: undefined,
  allowed: undefined,
  excluded: [],
  ceilingUsd: undefined,
  floor: undefined,
  session: undefined,
  explain: false,
};

/** Chooses the first model that may be asked, the others behind it in their order. */
export function chainDecider(models: readonly string[], change: Partial<ServedDecision> = {}): Decider {
  return {
    routers: ["auto", "router-chain"],
    models,
    warnings: [],
    counts: {
      decisions: 0,
      stayed: 0,
      noCandidate: 0,
      fallbacks: { "encoder-deadline": 0, "encoder-failed": 0, drift: 0, "no-candidate": 0 },
      shadowDecisions: 0,
      shadowProblems: 0,
      driftAlarms: 0,
    },
    target: (_, header) => ({
      kind: "route",
      controls: {
        ...controls,
        session: header("x-signalbox-session"),
        explain: header("x-signalbox-explain") === "1",
      },
    }),
    decide({ controls: { excluded }, unserved }) {
      const [model = "", ...others] = models.filter((name) => !excluded.includes(name) && !unserved?.has(name));
      return {
        model,
        router: "chain",
        label: "chain",
        reason: "first of the chain",
        score: 0.75,
        costUsd: 0.001,
        alternatives: others.map((name) => ({ model: name, score: 0.5, costUsd: 0.0005 })),
        gated: [],
        unstated: [],
        controls: [],
        decisionUs: 12.5,
        policyHash: "0123456789abcdef",
        fallback: undefined,
        cascade: undefined,
        arm: undefined,
        shadow: undefined,
        propensity: 1,
        isDrifting: false,
        ...change,
      };
    },
    close: async () => undefined,
  };
}
