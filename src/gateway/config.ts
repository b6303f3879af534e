/** The `gateway` section of signalbox.yaml. Models and prices are those that collecting reads: one file for both. */
import { z } from "zod";
import { requireUnique } from "../collect/config.ts";
import { configFields } from "../collect/config-schema.ts";
import { refuseLiteralKeys } from "../collect/literal-key.ts";
import { withProvider } from "../collect/model-provider.ts";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import { requireAll } from "../core/require-all.ts";
import { defaultBreakerRules } from "../gateway-state/breaker.ts";
import { periods } from "../gateway-state/state.ts";
import { servingSchema } from "../serving/serving-settings.ts";
import { awayFields } from "../gateway-state/away-settings.ts";
import { logFields } from "../gateway-state/log-settings.ts";
import { checkedYaml, openYaml, placeAt } from "../store/yaml-file.ts";

const seconds = z.number().positive();
const keyEnv = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
  .optional();

const endpoint = z.strictObject({
  baseUrl: z.string().min(1),
  keyEnv: keyEnv.describe("the NAME of the variable that holds its key; the model's own when left out"),
});

const usd = z.number().min(0);
const caps = z.partialRecord(z.enum(periods), usd).describe("USD; days and months are those of UTC");

const gatewaySchema = z.strictObject({
  ...servingSchema.shape,
  listen: z.string().default("127.0.0.1:8787").describe("HOST:PORT; port 0 is any free one"),
  endpoints: z
    .record(z.string(), z.array(endpoint).min(1))
    .default({})
    .describe("model name → all the places where it can be asked; the load is spread over them"),
  keys: z
    .enum(["none", "required"])
    .default("none")
    .describe("whether clients must show a key that signalbox keys made; needed where others can reach the gateway"),
  state: z
    .string()
    .min(1)
    .default("memory")
    .describe("what is remembered of keys, money and sessions: memory, a folder, or redis://HOST:PORT for replicas"),
  budgets: z
    .strictObject({
      gateway: caps.optional().describe("all calls together"),
      models: z.record(z.string(), caps).optional().describe("by model"),
      eachKey: caps.optional().describe("of each key that has none of its own"),
    })
    .default({}),
  ...logFields,
  routers: z
    .record(
      z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "must be a name of letters, digits, _, . and -"),
      z.string().min(1),
    )
    .optional()
    .describe("name → folder that signalbox fit wrote, where the command line names none; the first is auto"),
  reload: z
    .enum(["signal", "watch"])
    .default("signal")
    .describe("when this file and the routers are read anew: on SIGHUP, or also when one of them has changed"),
  whenStateIsAway: awayFields,
  longestAnswerTokens: z
    .int()
    .positive()
    .default(4096)
    .describe("what is held of a budget for an answer whose request sets no limit"),
  breaker: z
    .strictObject({
      windowSeconds: seconds.default(defaultBreakerRules.windowMs / 1000),
      minimumCalls: z.int().positive().default(defaultBreakerRules.minimumCalls),
      failureShare: z.number().gt(0).max(1).default(defaultBreakerRules.failureShare),
      coolDownSeconds: seconds.default(defaultBreakerRules.coolDownMs / 1000),
    })
    .prefault({})
    .describe("an endpoint of which so many calls fail is left alone for a while"),
  fallbacks: z.int().min(0).default(2).describe("models asked after the chosen one failed, next best first"),
  retries: z
    .strictObject({
      attempts: z.int().min(0).default(2).describe("at one model, after the first"),
      firstWaitSeconds: z.number().min(0).default(0.1),
      longestWaitSeconds: z.number().min(0).default(2),
    })
    .prefault({}),
  deadlines: z
    .strictObject({
      connectSeconds: seconds.default(5),
      firstByteSeconds: seconds.default(120),
      idleSeconds: seconds.default(60),
      totalSeconds: seconds.default(900).describe("all attempts and models together"),
      drainSeconds: z.number().min(0).default(30).describe("for calls under way, after SIGTERM"),
    })
    .prefault({}),
  limits: z
    .strictObject({
      bodyMiB: z.number().positive().default(32),
      headerKiB: z.number().positive().default(16),
      depth: z.int().positive().default(128).describe("brackets within brackets of a body"),
      slowClientSeconds: seconds
        .default(30)
        .describe("for sending a whole request, and for taking a piece of an answer"),
      connectionsPerEndpoint: z.int().positive().default(256),
    })
    .prefault({}),
});

export type GatewaySettings = z.infer<typeof gatewaySchema>;

const { datasets, ...shared } = configFields;

const serveSchema = z.strictObject({
  ...shared,
  datasets: datasets.optional().describe("what signalbox collect reads; serving does not"),
  gateway: gatewaySchema.prefault({}),
});

export type ServeConfig = z.infer<typeof serveSchema>;

/** @throws UsageError with file, line and column of everything that is wrong; for a key that stands in the file; for an endpoint of no model */
export async function readServeConfig(path: string): Promise<ServeConfig> {
  const file = await openYaml(path, "Write one with: npx signalbox init");
  refuseLiteralKeys(file);
  const config = checkedYaml(file, serveSchema);
  const names = config.models.map(({ name }) => name);
  requireAll(path, [
    () => requireUnique(names, "model", (entry) => placeAt(file, "models", entry, "name")),
    () => requireModels(config.gateway, names, placeAt(file, "gateway")),
    () => requireKeepableKeys(config.gateway, placeAt(file, "gateway", "state")),
    ...config.models.map((model, entry) => () => withProvider(model, placeAt(file, "models", entry))),
  ]);
  return { ...config, models: config.models.map((model) => withProvider(model, path)) };
}

/** A setting for a model that is none would do nothing, and nobody would know. @throws UsageError */
function requireModels(
  { endpoints, budgets, capabilities }: GatewaySettings,
  names: readonly string[],
  place: string,
): void {
  const named = { endpoints, "budgets.models": budgets.models ?? {}, capabilities };
  for (const [what, group] of Object.entries(named)) {
    const stray = Object.keys(group).find((name) => !names.includes(name));
    if (stray === undefined) continue;
    const problem = `${what} of "${stray}", which is no model`;
    const { mend } = unknownName("model", stray, names);
    throw new UsageError({ problem, where: `${place}, gateway`, mend });
  }
}

/** @throws UsageError where nobody could ever be let in */
function requireKeepableKeys({ keys, state }: GatewaySettings, place: string): void {
  if (keys === "none" || state !== "memory") return;
  throw new UsageError({
    problem: "keys are required, and a state in memory holds none",
    where: `${place}, gateway.state`,
    mend: "Name a folder or a Redis there, and make a key with: signalbox keys create NAME",
  });
}

/** Settings from what a program gives instead of a file; what is left out has its default. */
export function gatewaySettings(given: z.input<typeof gatewaySchema>): GatewaySettings {
  return gatewaySchema.parse(given);
}
