/**
 * A sentence encoder of the MiniLM class on this machine, run by transformers.js (ONNX) from a local folder.
 * Nothing is downloaded here: `signalbox encoder pull` does that. The package is an optional peer, imported on use.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { EncodeOptions, Encoder } from "../core/encoder.ts";
import { DataError, PrerequisiteError, throwIfAborted } from "../core/errors.ts";
import { type Matrix32, matrix32 } from "../math/matrix.ts";
import { headAndTail, headAndTailText } from "../text/head-and-tail.ts";
import { defaultModelsDir, findModel, type ModelFolder, modelFiles } from "./models-dir.ts";
import { storeUnitVector } from "./unit-vector.ts";

export const transformersSchema = z.strictObject({
  kind: z.literal("transformers"),
  model: z.string().min(1).describe('A folder, or a name below the models folder, e.g. "Xenova/all-MiniLM-L6-v2"'),
  modelsDir: z.string().optional().describe("Default: $SIGNALBOX_MODELS, else ~/.cache/signalbox/models"),
  instruction: z.string().default("").describe('Put before every text; E5 models want "query: "'),
  characterBudget: z
    .int()
    .min(16)
    .optional()
    .describe("Longer texts keep head and tail. Default: 3 per token the model takes, so that the tail is read too"),
  batchTexts: z.int().positive().default(16).describe("Texts per run of the model"),
});

export type TransformersSpec = z.infer<typeof transformersSchema>;

/** The part of transformers.js that is used. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly pipeline: (task: "feature-extraction", model: string, options: { dtype: string }) => Promise<Extractor>;
}

interface Extractor {
  (texts: string[], options: { pooling: "mean"; normalize: boolean }): Promise<{ dims: number[]; data: Float32Array }>;
  readonly tokenizer: { readonly model_max_length?: number };
  readonly model: { readonly config: { readonly max_position_embeddings?: number } };
  dispose(): Promise<unknown>;
}

/** Loads the model. Throws PrerequisiteError when the package or the model is absent, with the command that mends it. */
export async function openTransformers(spec: TransformersSpec): Promise<Encoder> {
  const folder = await findModel(
    spec.model,
    spec.modelsDir === undefined ? defaultModelsDir() : resolve(spec.modelsDir),
  );
  const revision = await digestOf(folder);
  const extractor = await load(await importTransformers(), folder);
  const budget = spec.characterBudget ?? 3 * longestInput(extractor);
  const run = async (texts: readonly string[]): Promise<{ dims: number[]; data: Float32Array }> =>
    extractor(
      texts.map((text) => spec.instruction + headAndTail(text, budget)),
      { pooling: "mean", normalize: true },
    );
  const dimensions = (await run(["width"])).dims.at(-1)!;
  return {
    fingerprint: {
      provider: "transformers",
      model: folder.name,
      revision: `${revision} ${folder.weights.dtype}`,
      dimensions,
      truncation: `${headAndTailText(budget)}, then ${longestInput(extractor)} tokens`,
      pooling: "mean",
      normalised: true,
      instruction: spec.instruction,
    },
    encode: (texts, options) => encodeAll(spec, dimensions, texts, run, options),
    async close() {
      await extractor.dispose();
    },
  };
}

async function encodeAll(
  { batchTexts, model }: TransformersSpec,
  dimensions: number,
  texts: readonly string[],
  run: (texts: readonly string[]) => Promise<{ data: Float32Array }>,
  { signal, onProgress }: EncodeOptions = {},
): Promise<Matrix32> {
  const out = matrix32(texts.length, dimensions);
  // Texts of like length run together: a batch costs as much as its longest.
  const order = texts.map((_, i) => i).toSorted((a, b) => texts[a]!.length - texts[b]!.length);
  for (let from = 0; from < order.length; from += batchTexts) {
    throwIfAborted(signal, "Encoding");
    const batch = order.slice(from, from + batchTexts);
    // oxlint-disable-next-line no-await-in-loop
    const { data } = await run(batch.map((i) => texts[i]!));
    batch.forEach((i, at) =>
      storeUnitVector(out, i, data.subarray(at * dimensions, (at + 1) * dimensions), model, texts[i]!),
    );
    onProgress?.(from + batch.length, texts.length);
  }
  return out;
}

async function load({ env, pipeline }: Transformers, { root, name, weights }: ModelFolder): Promise<Extractor> {
  env.allowRemoteModels = false;
  env.localModelPath = root;
  try {
    return await pipeline("feature-extraction", name, { dtype: weights.dtype });
  } catch (cause) {
    const said = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new DataError({
      problem: "the encoder's files cannot be loaded",
      where: join(root, name),
      mend: `Run: npx signalbox encoder pull ${name}. What its loader said: ${said}`,
      cause,
    });
  }
}

/**
 * transformers.js, from where it is installed. `SIGNALBOX_TRANSFORMERS`, a path to the package's folder or to its
 * module file, is for offline set-ups and tests, which keep its 474 MB outside the project.
 */
async function importTransformers(): Promise<Transformers> {
  const path = process.env["SIGNALBOX_TRANSFORMERS"];
  try {
    const source = path ? pathToFileURL(await moduleFile(resolve(path))).href : "@huggingface/transformers";
    return (await import(source)) as Transformers;
  } catch (cause) {
    throw new PrerequisiteError({
      problem: "the package @huggingface/transformers, which runs this encoder, could not be loaded",
      where: path && `SIGNALBOX_TRANSFORMERS=${path}`,
      mend: "Run: npm install @huggingface/transformers (where GitHub cannot be reached: ONNXRUNTIME_NODE_INSTALL=skip npm install @huggingface/transformers)",
      cause,
    });
  }
}

async function moduleFile(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? join(path, "dist", "transformers.node.mjs") : path;
}

/** How many tokens the model takes: what its tokenizer cuts at, or 512 where it does not say. */
function longestInput({ tokenizer, model }: Extractor): number {
  const told = [tokenizer.model_max_length, model.config.max_position_embeddings].filter(
    (n) => n !== undefined && n > 0,
  );
  // Some tokenizers say 1e30 for "no limit".
  const least = Math.min(...(told as number[]));
  return Number.isFinite(least) && least < 1e6 ? least : 512;
}

/** A digest of all that decides a vector: the weights and the three files beside them. */
async function digestOf({ root, name, weights }: ModelFolder): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...modelFiles, weights.file]) {
    const path = join(root, name, file);
    // oxlint-disable-next-line no-await-in-loop
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new DataError({
        problem: "cannot be read",
        where: path,
        mend: `Run: npx signalbox encoder pull ${name}`,
        cause,
      });
    });
    hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}
