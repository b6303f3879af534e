/** What the `gateway` section of signalbox.yaml says of the state. The gateway's own schema takes these fields in. */
import { z } from "zod";
import { defaultBreakerRules } from "./breaker.ts";
import { periods } from "./state.ts";
import { defaultStateOptions } from "./state-options.ts";
import type { StateOptions } from "./state-options.ts";

const seconds = z.number().positive();
const caps = z
  .partialRecord(z.enum(periods), z.number().nonnegative())
  .describe("USD per day, month (of UTC) or total");
const failMode = z.enum(["closed", "open"]);

export const stateFields = {
  state: z
    .string()
    .min(1)
    .default(".signalbox/gateway")
    .describe(
      "memory, a folder (keys, spend and budgets outlive the process), or redis://HOST:PORT (shared by replicas)",
    ),
  budgets: z
    .strictObject({
      gateway: caps.optional().describe("of all calls together"),
      models: z.record(z.string(), caps).optional().describe("by the model that is called"),
      eachKey: caps.optional().describe("of each key that has none of its own"),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      windowSeconds: seconds.default(defaultBreakerRules.windowMs / 1000),
      minimumCalls: z.int().positive().default(defaultBreakerRules.minimumCalls),
      failureShare: z.number().gt(0).max(1).default(defaultBreakerRules.failureShare),
      coolDownSeconds: seconds.default(defaultBreakerRules.coolDownMs / 1000),
      longestCoolDownSeconds: seconds.default(defaultBreakerRules.longestCoolDownMs / 1000),
    })
    .prefault({}),
  whenStateIsAway: z
    .strictObject({
      budgets: failMode
        .default(defaultStateOptions.whenAway.budgets)
        .describe("open: calls go on, and are booked later"),
      limits: failMode.default(defaultStateOptions.whenAway.limits).describe("open: each replica counts for itself"),
    })
    .prefault({}),
  spendLog: z
    .string()
    .default(".signalbox/spend.jsonl")
    .describe("where each paid call is written down, without content; off for nowhere"),
  requestLog: z
    .strictObject({
      path: z.string().min(1),
      content: z.boolean().default(false).describe("prompts and answers too, secrets struck out"),
      mostMiB: z.number().positive().default(256).describe("a larger file is put aside, and a new one begun"),
      keptFiles: z.int().nonnegative().default(8).describe("files that were put aside"),
    })
    .optional()
    .describe("one line a request, for signalbox replay; none without it"),
};

const stateSchema = z.object(stateFields);
export type StateSettings = z.infer<typeof stateSchema>;

/** As `openState` takes them. */
export function stateOptionsOf({ budgets, breaker, whenStateIsAway }: StateSettings): Partial<StateOptions> {
  return {
    caps: budgets,
    breaker: {
      windowMs: breaker.windowSeconds * 1000,
      minimumCalls: breaker.minimumCalls,
      failureShare: breaker.failureShare,
      coolDownMs: breaker.coolDownSeconds * 1000,
      longestCoolDownMs: breaker.longestCoolDownSeconds * 1000,
      probeMs: defaultBreakerRules.probeMs,
    },
    whenAway: whenStateIsAway,
  };
}
