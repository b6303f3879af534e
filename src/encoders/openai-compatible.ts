/**
 * Any OpenAI-compatible `/embeddings` endpoint as an encoder: batches, a few calls at a time, retries for passing
 * failures, and every vector checked. The key comes from the environment variable that the options name, from
 * nowhere else, and is sent to the base URL only.
 */
import PQueue from "p-queue";
import { Agent, type Dispatcher } from "undici";
import { z } from "zod";
import type { EncodeOptions, Encoder } from "../core/encoder.ts";
import { EncodeError, InterruptedError, PrerequisiteError, UsageError } from "../core/errors.ts";
import { type Matrix32, matrix32 } from "../math/matrix.ts";
import { type EmbeddingsEndpoint, requestEmbeddings } from "../providers/embeddings-client.ts";
import { EndpointError } from "../providers/endpoint-error.ts";
import { withRetries } from "../providers/with-retries.ts";
import { batchesOf } from "./batches-of.ts";
import { headAndTail, headAndTailText } from "../text/head-and-tail.ts";
import { storeUnitVector } from "./unit-vector.ts";

export const openAiCompatibleSchema = z.strictObject({
  kind: z.literal("openai"),
  model: z.string().min(1),
  baseUrl: z.url({ protocol: /^https?$/ }).describe('e.g. "https://api.openai.com/v1"'),
  apiKeyEnv: z
    .string()
    .min(1)
    .optional()
    .describe("The environment variable that holds the key. Default: OPENAI_API_KEY for api.openai.com, else no key"),
  dimensions: z.int().positive().optional().describe("The width to insist on; asked of the endpoint when left out"),
  instruction: z.string().default("").describe("Put before every text"),
  characterBudget: z.int().min(16).default(20_000).describe("Longer texts keep their head and tail"),
  batchTexts: z.int().positive().default(64).describe("Texts per call at most"),
  batchCharacters: z.int().positive().default(200_000).describe("Characters per call at most"),
  concurrency: z.int().positive().default(4).describe("Calls at the same time"),
  timeoutMs: z.int().positive().default(60_000).describe("Deadline of one call"),
  retries: z.int().min(0).default(5).describe("Attempts after the first, for 408, 409, 429, 5xx and lost connections"),
  firstWaitMs: z.int().min(0).default(500).describe("Wait before the first retry; doubles, with jitter"),
});

export type OpenAiCompatibleSpec = z.infer<typeof openAiCompatibleSchema>;

export interface OpenAiCompatibleContext {
  /** Where the key is looked up. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Connections to use; it stays the caller's to close. @default an undici Agent of its own */
  readonly dispatcher?: Dispatcher | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Connects: reads the key, and asks for one vector when the width is not given. Throws PrerequisiteError without the key. */
export async function connectOpenAiCompatible(
  spec: OpenAiCompatibleSpec,
  { environment = process.env, dispatcher, signal }: OpenAiCompatibleContext = {},
): Promise<Encoder> {
  const own = dispatcher ? undefined : new Agent({ connections: spec.concurrency });
  const endpoint: EmbeddingsEndpoint = {
    baseUrl: withoutCredentials(spec.baseUrl),
    model: spec.model,
    apiKey: apiKey(spec, environment),
    timeoutMs: spec.timeoutMs,
    dispatcher: dispatcher ?? own!,
  };
  const ask = (texts: readonly string[], from: number, stop?: AbortSignal): Promise<number[][]> =>
    askPatiently(endpoint, spec, texts, from, stop);
  try {
    const dimensions = spec.dimensions ?? (await ask([spec.instruction + "width"], 0, signal))[0]!.length;
    return {
      fingerprint: fingerprintOf(spec, endpoint.baseUrl, dimensions),
      encode: (texts, options) => encodeAll(spec, dimensions, texts, ask, options),
      async close() {
        await own?.close();
      },
    };
  } catch (error) {
    await own?.close();
    throw error;
  }
}

type Ask = (texts: readonly string[], from: number, signal?: AbortSignal) => Promise<number[][]>;

async function encodeAll(
  spec: OpenAiCompatibleSpec,
  dimensions: number,
  texts: readonly string[],
  ask: Ask,
  { signal, onProgress }: EncodeOptions = {},
): Promise<Matrix32> {
  const out = matrix32(texts.length, dimensions);
  const inputs = texts.map((text) => spec.instruction + headAndTail(text, spec.characterBudget));
  const queue = new PQueue({ concurrency: spec.concurrency });
  // The first failure stops the calls under way: nobody waits for vectors that will not be used.
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let done = 0;
  const calls = batchesOf(inputs, spec.batchTexts, spec.batchCharacters).map(({ from, to }) =>
    queue.add(async () => {
      const vectors = await ask(inputs.slice(from, to), from, stop);
      vectors.forEach((vector, i) => storeUnitVector(out, from + i, vector, spec.model, texts[from + i]!));
      done += to - from;
      onProgress?.(done, texts.length);
    }),
  );
  try {
    await Promise.all(calls);
  } catch (error) {
    queue.clear();
    failed.abort(error);
    if (signal?.aborted) throw new InterruptedError({ problem: "Encoding was interrupted", cause: error });
    throw error;
  }
  return out;
}

async function askPatiently(
  endpoint: EmbeddingsEndpoint,
  spec: OpenAiCompatibleSpec,
  texts: readonly string[],
  from: number,
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  const { retries, firstWaitMs } = spec;
  try {
    return await withRetries(() => requestEmbeddings(endpoint, texts, signal), { retries, firstWaitMs, signal });
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    const which = texts.length === 1 ? `text ${from}` : `texts ${from} to ${from + texts.length - 1}`;
    throw new EncodeError({
      problem: `${which} could not be encoded by ${spec.model}: ${error.problem}`,
      where: error.where,
      mend: error.mend,
      cause: error,
    });
  }
}

function apiKey(spec: OpenAiCompatibleSpec, environment: Readonly<Record<string, string | undefined>>) {
  const openAi = new URL(spec.baseUrl).hostname === "api.openai.com";
  const name = spec.apiKeyEnv ?? (openAi ? "OPENAI_API_KEY" : undefined);
  if (name === undefined) return undefined;
  const key = environment[name]?.trim();
  if (key) return key;
  throw new PrerequisiteError({
    problem: `the environment variable ${name}, which should hold the API key for ${spec.model}, is not set`,
    mend: `export ${name}=…`,
  });
}

function withoutCredentials(baseUrl: string): string {
  const { username, password } = new URL(baseUrl);
  if (username === "" && password === "") return baseUrl;
  throw new UsageError({
    problem: "the base URL holds a user name or password",
    mend: "Put the key into an environment variable and name it with apiKeyEnv",
  });
}

function fingerprintOf(spec: OpenAiCompatibleSpec, baseUrl: string, dimensions: number): Encoder["fingerprint"] {
  return {
    provider: "openai",
    model: spec.model,
    revision: baseUrl.replace(/\/+$/, ""),
    dimensions,
    truncation: headAndTailText(spec.characterBudget),
    pooling: "by the endpoint",
    normalised: true,
    instruction: spec.instruction,
  };
}
