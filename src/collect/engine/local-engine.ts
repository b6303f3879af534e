/** The engine that needs no server: this process makes the calls. */
import type { ChatProvider } from "../../core/chat.ts";
import type { ModelConfig } from "../config-schema.ts";
import { RateLimiter } from "../flow/rate-limiter.ts";
import { systemClock } from "../flow/system-clock.ts";
import { modelProvider } from "../model-provider.ts";
import { apiKeyOf } from "./api-key-of.ts";
import { callPolicy } from "./call-policy.ts";
import type { CallEngine } from "./engine.ts";
import { localCaller } from "./local-caller.ts";

export interface LocalEngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly firstWaitMs?: number | undefined;
  /** wraps each model's provider, to look on at its calls */
  readonly observe?: ((provider: ChatProvider, model: ModelConfig) => ChatProvider) | undefined;
}

export function localEngine({
  environment,
  firstWaitMs,
  observe = (provider) => provider,
}: LocalEngineOptions): CallEngine {
  return {
    async open(config) {
      const keys = new Map(config.models.map((model) => [model.name, apiKeyOf(model, environment)]));
      const providers = new Map<string, ChatProvider>();
      const policy = { ...callPolicy(config), firstWaitMs };
      return {
        async start() {
          for (const model of config.models)
            providers.set(model.name, observe(await modelProvider(model, keys.get(model.name), config), model));
          return (model) => {
            const provider = providers.get(model.name);
            if (!provider) throw new Error(`no provider for ${model.name}`);
            const pace = new RateLimiter(model, systemClock);
            return localCaller({ provider, pace, concurrency: model.concurrency, ...policy });
          };
        },
        async close() {
          await Promise.all([...providers.values()].map((provider) => provider.close()));
        },
      };
    },
  };
}
