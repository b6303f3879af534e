/** What stands in signalbox.yaml: which prompts go to which models, how fast, and for how much. Keys stand in the environment, never here. */
import { z } from "zod";
import { priceSchema } from "../prices/price.ts";
import { providerFormats } from "../providers/registry.ts";

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

export const collectSchema = z.strictObject({
  ...configFields,
  gateway: z.unknown().optional().describe("what signalbox serve reads; collecting does not"),
});

export type CollectConfig = z.infer<typeof collectSchema>;
export type ModelConfig = CollectConfig["models"][number];
export type DatasetConfig = CollectConfig["datasets"][number];
/** Once it is loaded, its split is known. */
export type PlacedDatasetConfig = DatasetConfig & { readonly split: string };

export type CollectConfigInput = z.input<typeof collectSchema>;
