/** What a worker does with the calls of a run: makes them, with its own configuration, keys and connections. */
import type { Redis } from "ioredis";
import { EndpointError } from "../../providers/endpoint-error.ts";
import { paceKey } from "../../queue/keys.ts";
import type { LaneInfo, RunInfo } from "../../queue/run-info.ts";
import type { JobHandler } from "../../queue/job-handler.ts";
import type { CollectConfig, ModelConfig } from "../config-schema.ts";
import { sharedPace } from "../flow/shared-pace.ts";
import { systemClock } from "../flow/system-clock.ts";
import { modelProvider } from "../model-provider.ts";
import { apiKeyOf } from "./api-key-of.ts";
import { callOf, needsOf, resultOf } from "./call-job.ts";
import { callPolicy } from "./call-policy.ts";
import type { CallOutcome } from "./caller.ts";
import { localCaller } from "./local-caller.ts";
import type { LocalEngineOptions } from "./local-engine.ts";

export interface CallHandlerOptions {
  readonly config: CollectConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** at most so many calls to one model at once from this worker */
  readonly concurrency?: number | undefined;
  readonly firstWaitMs?: number | undefined;
  /** as the local engine takes it */
  readonly observe?: LocalEngineOptions["observe"];
}

/** What a worker that was lost or stopped over the call had sent may be billed: nobody heard how it ended. */
function withLost(outcome: CallOutcome, lost: number): CallOutcome {
  return lost === 0 ? outcome : { ...outcome, unsettled: (outcome.unsettled ?? 0) + lost };
}

/**
 * Opens the handler of a queue of calls; undefined for a model that the configuration does not hold, or another kind of run.
 * @throws UsageError, at once, when a key of the configuration is not set
 */
export function callHandlers(
  redis: Redis,
  { config, environment, concurrency = Infinity, firstWaitMs, observe = (provider) => provider }: CallHandlerOptions,
): (run: RunInfo, lane: LaneInfo) => Promise<JobHandler | undefined> {
  const known = new Map(
    config.models.map((model) => [needsOf(model), { model, apiKey: apiKeyOf(model, environment) }]),
  );
  const open = async (model: ModelConfig, apiKey: string | undefined): Promise<JobHandler> => {
    const provider = observe(await modelProvider(model, apiKey, config), model);
    const atOnce = Math.min(model.concurrency, concurrency);
    const pace = sharedPace(redis, paceKey(needsOf(model)), model, systemClock);
    const caller = localCaller({ provider, pace, concurrency: atOnce, firstWaitMs, ...callPolicy(config) });
    return {
      concurrency: atOnce,
      async handle(key, job, signal, begunBefore) {
        try {
          return resultOf(withLost(await caller.call(callOf(key, job), signal), begunBefore));
        } catch (error) {
          if (error instanceof EndpointError) return resultOf(error);
          throw error;
        }
      },
      close: () => provider.close(),
    };
  };
  return async ({ kind }, { needs }) => {
    const own = kind === "collect" ? known.get(needs) : undefined;
    return own && (await open(own.model, own.apiKey));
  };
}
