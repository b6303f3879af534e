/** How routers serve, as a configuration says it; and the decider that such settings stand for. */
import { z } from "zod";
import { unknownName } from "../core/near-names.ts";
import { loadRouter } from "../experiment/artefact.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import type { Price } from "../prices/price.ts";
import type { Decider } from "./decider.ts";
import type { DeciderOptions } from "./decider-options.ts";
import { conversationReadings } from "./dialogue-text.ts";
import { defaultDrift } from "./drift-monitor.ts";
import type { FallbackPolicy } from "./fallback-policy.ts";
import { capabilitiesSchema } from "./model-facts.ts";
import { openDecider } from "./open-decider.ts";
import { defaultStickiness } from "./stickiness.ts";

const share = z.number().min(0).max(1);

export const servingSchema = z.strictObject({
  defaultRouter: z.string().optional().describe("which router auto is; the first when left out"),
  conversation: z
    .enum(conversationReadings)
    .default("user-turns")
    .describe("which messages a router reads: all of the user's, all but the system's, or the user's last"),
  encoderDeadlineMs: z.number().positive().default(500).describe("how long a request waits for a vector"),
  encoderThreads: z.int().min(1).max(16).default(1).describe("worker threads of a local encoder"),
  fallbackPolicy: z
    .string()
    .min(1)
    .default("best-single")
    .describe("who decides when the encoder is late or fails: best-single, cheapest, or a model's name"),
  stickiness: z
    .strictObject({
      leastGain: share.default(defaultStickiness.leastGain).describe("score a change of model must gain in a session"),
      scorePerUsd: z
        .number()
        .min(0)
        .default(defaultStickiness.scorePerUsd)
        .describe("score that a USD of re-read cache is worth, under policies that do not say it"),
    })
    .prefault({}),
  split: z
    .strictObject({
      arms: z.record(z.string(), z.number().positive()).describe("router name → weight"),
      name: z.string().min(1).default("split").describe("another name draws anew"),
    })
    .optional()
    .describe("what auto is, drawn for each session, else key, else request"),
  drift: z
    .strictObject({
      window: z.int().min(20).default(defaultDrift.window).describe("queries that are tested together"),
      level: z
        .number()
        .gt(0)
        .lt(1)
        .default(defaultDrift.level)
        .describe("chance of a false alarm in a window, at most"),
      fallback: z
        .string()
        .min(1)
        .default("keep")
        .describe("who answers novel queries while the alarm is raised: keep = the router, or as fallbackPolicy"),
    })
    .optional()
    .describe("an alarm for live queries unlike the training prompts"),
  shadow: z.string().optional().describe("a router that decides in the dark, for the log"),
  capabilities: z.record(z.string(), capabilitiesSchema).default({}).describe("model name → what it can do"),
});

export type ServingSettings = z.infer<typeof servingSchema>;
export type ServingSettingsInput = z.input<typeof servingSchema>;

/** Saved routers by name: loaded ones, or the folders they were saved in. */
export type RoutersByName = Readonly<Record<string, SavedRouter | string>>;

/**
 * Loads the routers and opens the decider.
 * @param priceOf what is known of a model's price, by its name
 * @throws UsageError for a name in the settings that no router knows; as `loadRouter` and `openDecider`.
 */
export async function openServing(
  routers: RoutersByName,
  settings: ServingSettings,
  priceOf: (model: string) => Price | undefined = () => undefined,
): Promise<Decider> {
  const entries = await Promise.all(
    Object.entries(routers).map(
      async ([name, given]) => [name, typeof given === "string" ? await loadRouter(given) : given] as const,
    ),
  );
  const ids = [...new Set(entries.flatMap(([, { fitted }]) => fitted.models.map(({ id }) => id)))];
  const facts = ids.map((id) => [id, { capabilities: settings.capabilities[id], price: priceOf(id) }] as const);
  return openDecider({
    routers: Object.fromEntries(entries),
    defaultRouter: settings.defaultRouter,
    models: Object.fromEntries(facts),
    fallback: fallbackOf(settings.fallbackPolicy, ids, "fallbackPolicy"),
    encoderDeadlineMs: settings.encoderDeadlineMs,
    encoderThreads: settings.encoderThreads,
    conversation: settings.conversation,
    stickiness: settings.stickiness,
    split: settings.split,
    drift: driftOf(settings.drift, ids),
    shadow: settings.shadow,
  });
}

function driftOf(drift: ServingSettings["drift"], ids: readonly string[]): DeciderOptions["drift"] {
  if (!drift) return undefined;
  const { fallback, ...test } = drift;
  return { ...test, ...(fallback !== "keep" && { fallback: fallbackOf(fallback, ids, "drift.fallback") }) };
}

function fallbackOf(text: string, ids: readonly string[], where: string): FallbackPolicy {
  if (text === "best-single" || text === "cheapest") return text;
  if (ids.includes(text)) return { model: text };
  throw unknownName("fallback policy", text, ["best-single", "cheapest", ...ids], where);
}
