/**
 * The offline default: hashed n-grams → log-counts × idf → truncated SVD → unit length. No download, no native part.
 *
 * Fit:    on the training texts given and nothing else; keeps the columns' idf and the projection.
 * Encode: one sparse row times the projection. Microseconds, the same bits alone or in a batch.
 *
 * A text with no known feature (empty, or of a script never seen) gets the mean training direction: the router then
 * does what it does for the average query. That is a statement about the text, not a failure, and never a zero vector.
 *
 * Reference: Deerwester et al., "Indexing by latent semantic analysis", 1990.
 * Cost: fit O(passes · n-grams · d), encode O(distinct n-grams · d).
 */
import type { EncodeOptions, Encoder } from "../core/encoder.ts";
import { FitError, throwIfAborted } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { residentMatrix, residentProject } from "../math/dots.ts";
import { type Matrix32, matrix32, row } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { sparseProject, truncatedSvd } from "../math/truncated-svd.ts";
import { headAndTailText } from "../text/head-and-tail.ts";
import { ngramCounter } from "../text/ngram-features.ts";
import type { FeatureCounts } from "../text/ngram-features.ts";
import { type NgramOptions, type NgramOptionsInput, ngramOptionsSchema } from "../text/ngram-options.ts";
import { checkedNgramState, ngramRevision, type NgramState } from "./ngram-state.ts";
import { type CountTable, fitColumns, packCounts, tfIdf, weighTable } from "../text/tf-idf.ts";

export interface NgramEncoder extends Encoder {
  readonly state: NgramState;
  encodeOne(text: string): Float32Array;
}

export interface NgramFit {
  readonly encoder: NgramEncoder;
  /** [texts.length, d] the vectors of the training texts, as `encode` would give them. */
  readonly embeddings: Matrix32;
}

export interface NgramFitOptions extends EncodeOptions {
  readonly seed: number;
}

/** Texts between two looks at the signal, the progress and the event loop. */
const batch = 256;

/** Fits the encoder on the training texts. Throws FitError when no text holds a word or an n-gram. */
export async function fitNgramEncoder(
  texts: readonly string[],
  options: NgramOptionsInput,
  { seed, signal, onProgress }: NgramFitOptions,
): Promise<NgramFit> {
  const parsed = ngramOptionsSchema.parse(options);
  const counts = await countAll(texts, parsed, { signal, onProgress });
  const columns = fitColumns(counts, parsed.buckets, parsed.minimumPrompts);
  if (columns.buckets.length === 0) {
    throw new FitError({
      problem: `the n-gram encoder found nothing to count in ${plural(texts.length, "training text")}`,
      mend: "Give it texts with words in them, or lower minimumPrompts",
    });
  }
  const weights = weighTable(counts, columns, parsed.buckets);
  const rank = Math.min(parsed.dimensions, weights.rows, weights.cols);
  const { components } = truncatedSvd(weights, { rank }, seededRandom(seed, "ngram", "svd"));
  throwIfAborted(signal, "Fitting the n-gram encoder");
  const embeddings = sparseProject(weights, components);
  const fallback = unitRows(embeddings);
  const state: NgramState = {
    kind: "ngram",
    options: parsed,
    fittedOn: texts.length,
    ...columns,
    components,
    fallback,
  };
  return { encoder: ngramEncoderFromState(state), embeddings };
}

/** The encoder that a stored state describes. Throws ArtefactError when its arrays do not fit together. */
export function ngramEncoderFromState(stored: NgramState): NgramEncoder {
  const state = checkedNgramState(stored);
  const { options, components, fallback } = state;
  const count = ngramCounter(options);
  const weigh = tfIdf(state, options.buckets);
  const projection = residentMatrix(components);

  function encodeOne(text: string): Float32Array {
    const { size, indices, values } = weigh(count(text));
    const vector = size === 0 ? fallback.slice() : residentProject(projection, indices, values, size);
    return normalise(vector) ? vector : fallback.slice();
  }

  async function encode(texts: readonly string[], { signal, onProgress }: EncodeOptions = {}): Promise<Matrix32> {
    const out = matrix32(texts.length, components.cols);
    await inBatches(texts.length, { signal, onProgress }, (i) => row(out, i).set(encodeOne(texts[i]!)));
    return out;
  }

  return { fingerprint: fingerprintOf(state), state, encode, encodeOne };
}

function fingerprintOf(state: NgramState): Encoder["fingerprint"] {
  const { options } = state;
  const characters = `${options.minimumCharacters}-${options.maximumCharacters}`;
  return {
    provider: "ngram",
    model: `words+pairs+characters ${characters}`,
    revision: ngramRevision(state),
    dimensions: state.components.cols,
    truncation: headAndTailText(options.characterBudget),
    pooling: "tf-idf, truncated svd",
    normalised: true,
    instruction: "",
  };
}

async function countAll(
  texts: readonly string[],
  options: NgramOptions,
  { signal, onProgress }: EncodeOptions,
): Promise<CountTable> {
  const count = ngramCounter(options);
  const counted: FeatureCounts[] = [];
  await inBatches(texts.length, { signal, onProgress }, (i) => {
    const { size, buckets, counts } = count(texts[i]!);
    counted.push({ size, buckets: buckets.slice(0, size), counts: counts.slice(0, size) });
  });
  return packCounts(counted);
}

/** Calls `visit` for 0 … total − 1, giving way to the event loop between batches so that an abort is seen. */
async function inBatches(total: number, options: EncodeOptions, visit: (i: number) => void): Promise<void> {
  for (let from = 0; from < total; from += batch) {
    throwIfAborted(options.signal, "Encoding");
    const to = Math.min(from + batch, total);
    for (let i = from; i < to; i++) visit(i);
    options.onProgress?.(to, total);
    if (to < total) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Brings every row to unit length in place and returns their mean direction, which rows without length receive. */
function unitRows(embeddings: Matrix32): Float32Array {
  const mean = new Float32Array(embeddings.cols);
  const empty: number[] = [];
  for (let i = 0; i < embeddings.rows; i++) {
    const vector = row(embeddings, i);
    if (!normalise(vector)) empty.push(i);
    else for (let j = 0; j < mean.length; j++) mean[j]! += vector[j]!;
  }
  // Directions that cancel out exactly leave no mean; the first axis is then as good as any.
  if (!normalise(mean)) mean.fill(0).fill(1, 0, 1);
  for (const i of empty) row(embeddings, i).set(mean);
  return mean;
}

/** Scales to unit length in place. False, and untouched, when there is no length to scale. */
function normalise(vector: Float32Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const scale = 1 / Math.sqrt(squares);
  if (!Number.isFinite(scale) || squares < 1e-20) return false;
  for (let j = 0; j < vector.length; j++) vector[j]! *= scale;
  return true;
}
