/** signalbox.yaml: which prompts go to which models, how fast, and for how much. Keys stand in the environment, never here. */
import { z } from "zod";
import { redisPasswordVariable } from "../cache/open-cache.ts";
import { UsageError } from "../core/errors.ts";
import { requireAll } from "../core/require-all.ts";
import { priceSchema } from "../prices/price.ts";
import { providerFormats } from "../providers/registry.ts";
import { checkedYaml, openYaml, placeAt } from "../store/yaml-file.ts";
import { refuseLiteralKeys } from "./literal-key.ts";
import { formatNotes, withProvider } from "./model-provider.ts";
import { isReferenceConfig, referenceConfigOf } from "./reference-config.ts";

const seconds = z.number().positive();
const name = z
  .string()
  .min(1)
  .regex(/^[^/\\]+$/, "must not contain a slash: it becomes a folder");

const parameters = z.strictObject({
  temperature: z.number().min(0).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxOutputTokens: z.int().positive().optional(),
  seed: z.int().optional(),
  reasoningEffort: z.string().optional().describe("as the provider names it: low, medium, high"),
  extraBody: z.record(z.string(), z.unknown()).optional().describe("merged into the request's body as it is"),
});

const model = z.strictObject({
  name: name.describe("the model's name in results; unique"),
  provider: z
    .enum(providerFormats)
    .default("openai")
    .describe("the wire format: openai = any OpenAI-compatible endpoint; anthropic; ai-sdk = a package of the AI SDK"),
  package: z.string().min(1).optional().describe('with provider ai-sdk, e.g. "@ai-sdk/google"; installed by you'),
  model: z.string().min(1).describe("the provider's name of the model"),
  baseUrl: z
    .string()
    .min(1)
    .optional()
    .describe("https, or http on this machine; anthropic and ai-sdk know their makers' own"),
  keyEnv: z.string().optional().describe("the NAME of the environment variable that holds the key"),
  parameters: parameters.default({}),
  stream: z.boolean().default(true).describe("answers piece by piece, so that the time of the first token is known"),
  concurrency: z.int().positive().default(8),
  requestsPerMinute: z.number().positive().optional(),
  tokensPerMinute: z.number().positive().optional(),
  budgetUsd: z.number().min(0).optional(),
});

const dataset = z.strictObject({
  id: name.describe("of a known data set (signalbox datasets list), or with a path any name"),
  split: name.optional().describe("the set's first when left out; with a path: test"),
  path: z
    .string()
    .min(1)
    .optional()
    .describe("a .csv, .jsonl or .parquet file with one row a prompt, or recorded results whose prompts are asked"),
  from: z.string().min(1).optional().describe("a folder that holds a known set's files; fetched when left out"),
  map: z
    .record(z.string(), z.string())
    .optional()
    .describe("field → column, where the names differ: prompt, index, ground_truth, origin_query"),
  limit: z.int().positive().optional().describe("only so many: the first, or with a seed a draw"),
  seed: z.int().nonnegative().optional(),
  template: z.string().min(1).optional().describe("a file with your own wording of a known set's prompt"),
  system: z.string().optional().describe("sent before every prompt as the system message"),
});

/** The fields of signalbox.yaml that collecting reads; serving reads some of them (gateway/config.ts). */
export const configFields = {
  schemaVersion: z.literal(1),
  output: z.string().default("collected"),
  cache: z
    .string()
    .min(1)
    .optional()
    .describe("answers paid for before: off, a folder, or redis://HOST:PORT; a folder of the user's own when left out"),
  cacheOptional: z.boolean().default(false).describe("go on without a cache that cannot be reached"),
  datasets: z.array(dataset).min(1),
  models: z.array(model).min(1),
  prices: z.record(z.string(), priceSchema).default({}).describe("model name → price; wins over the shipped list"),
  run: z
    .strictObject({
      samples: z.int().positive().default(1).describe("answers per prompt and model"),
      budgetUsd: z.number().min(0).optional().describe("for the whole run, earlier runs into the same folder included"),
      retries: z.int().min(0).default(5),
      connectSeconds: seconds.default(10),
      firstByteSeconds: seconds.default(300),
      idleSeconds: seconds.default(120),
      totalSeconds: seconds.default(900),
    })
    .prefault({}),
};

const collectSchema = z.strictObject({
  ...configFields,
  gateway: z.unknown().optional().describe("what signalbox serve reads; collecting does not"),
});

export type CollectConfig = z.infer<typeof collectSchema>;
export type ModelConfig = CollectConfig["models"][number];
export type DatasetConfig = CollectConfig["datasets"][number];
/** Once it is loaded, its split is known. */
export type PlacedDatasetConfig = DatasetConfig & { readonly split: string };

export type CollectConfigInput = z.input<typeof collectSchema>;

/** A configuration, and what a reader of its file should know. */
export interface OpenedConfig {
  readonly config: CollectConfig;
  readonly format: "signalbox" | "llmrouterbench";
  /** what was understood otherwise than it stands there, or not read at all */
  readonly notes: readonly string[];
}

/** As `openConfig`, without the notes. */
export async function readCollectConfig(path: string): Promise<CollectConfig> {
  return (await openConfig(path)).config;
}

/**
 * Reads signalbox.yaml, or a collector configuration of LLMRouterBench.
 * @throws UsageError with file, line and column of everything that is wrong; for two of one name; for a key that stands in the file.
 */
export async function openConfig(path: string): Promise<OpenedConfig> {
  const file = await openYaml(path, "Write one with: npx signalbox init");
  refuseLiteralKeys(file);
  if (isReferenceConfig(file)) {
    const { input, notes } = referenceConfigOf(file);
    const config = requireSound(collectSchema.parse(input), path, () => path);
    return { config, format: "llmrouterbench", notes: [...notes, ...formatNotes(config)] };
  }
  const config = requireSound(checkedYaml(file, collectSchema), path, (...keys) => placeAt(file, ...keys));
  return { config, format: "signalbox", notes: formatNotes(config) };
}

/** "path:line:column" of what stands there, or the path alone where the file is not of our form. */
type PlaceOf = (...keys: readonly (string | number)[]) => string;

function requireSound(config: CollectConfig, path: string, placeOf: PlaceOf): CollectConfig {
  const { models, datasets, cache } = config;
  const names = models.map((one) => one.name);
  const sets = datasets.map(({ id, split }) => `${id}/${split ?? "test"}`);
  requireAll(path, [
    () => requireUnique(names, "model", (entry) => placeOf("models", entry, "name")),
    () => requireUnique(sets, "data set", (entry) => placeOf("datasets", entry, "id")),
    ...datasets.map((one, entry) => () => refuseMixed(one, placeOf("datasets", entry))),
    () => refusePassword(cache, placeOf("cache")),
    ...models.map((one, entry) => () => requireVariable(one, placeOf("models", entry, "keyEnv"))),
    ...models.map((one, entry) => () => withProvider(one, placeOf("models", entry))),
  ]);
  return { ...config, models: models.map((one) => withProvider(one, path)) };
}

function requireVariable({ name: label, keyEnv }: ModelConfig, place: string): void {
  if (keyEnv === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(keyEnv)) return;
  // The value is not shown: it may be a key.
  throw new UsageError({
    problem: "keyEnv is not the name of an environment variable",
    where: `${place}, model ${label}`,
    mend: "Put the key into the environment, and its variable's name here, e.g. keyEnv: OPENAI_API_KEY",
  });
}

/** Keys that say nothing of a data set of its kind. */
function refuseMixed({ id, path: file, map, from, template }: DatasetConfig, path: string): void {
  const [known, own] = [{ from, template }, { map }];
  const stray = Object.entries(file === undefined ? own : known).find(([, value]) => value !== undefined)?.[0];
  if (stray === undefined) return;
  throw new UsageError({
    problem: file === undefined ? `${stray} needs a path` : `${stray} is for known data sets, not for a path`,
    where: `${path}, data set ${id}`,
    mend: file === undefined ? "Name the file with path." : "Leave one of the two out.",
  });
}

function refusePassword(cache: string | undefined, path: string): void {
  if (cache === undefined || !URL.canParse(cache) || new URL(cache).password === "") return;
  throw new UsageError({
    problem: "cache holds a password",
    where: path,
    mend: `Put it into the environment variable ${redisPasswordVariable}, and leave it out of the address.`,
  });
}

/** @throws UsageError naming the first name that stands twice, at its second place */
export function requireUnique(names: readonly string[], what: string, placeOf: (entry: number) => string): void {
  const second = names.findIndex((candidate, i) => names.indexOf(candidate) !== i);
  if (second === -1) return;
  throw new UsageError({
    problem: `two entries for the ${what} "${names[second]}"`,
    where: placeOf(second),
    mend: "Give each a name of its own.",
  });
}
