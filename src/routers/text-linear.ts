/**
 * Text-linear: raw text to expected scores without an encoder. Hashed n-grams, weighed by tf-idf, go straight through
 * one weight per (n-gram, model), as in fastText's classifier, with one logistic head a model.
 *
 * Fit:    the heads are logistic regressions on the truncated SVD of the training texts' n-grams, z = W·(Pᵀx − μ) + b,
 *         and are folded back onto the n-grams, P·Wᵀ: the low rank is the regularisation, and costs nothing at use.
 * Decide: count, weigh, add up some thousand rows of m numbers. A text with no known n-gram gets the base rates.
 *
 * Related: Joulin et al., "Bag of Tricks for Efficient Text Classification", 2016, arXiv 1607.01759.
 * Cost: fit one sparse SVD; decide O(distinct n-grams · m), no embedding and nothing but typed arrays, so the same
 * artefact runs in a browser, with the same bits (src/browser.ts).
 */
import { z } from "zod";
import { defineRouter } from "../core/router.ts";
import type { FitContext, TrainTable } from "../core/router.ts";
import { dots, product, residentMatrix, residentProject } from "../math/dots.ts";
import type { Resident } from "../math/dots.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { exponential } from "../math/same-everywhere.ts";
import { sparseProject, truncatedSvd } from "../math/truncated-svd.ts";
import { ngramCounter } from "../text/ngram-features.ts";
import type { FeatureCounts } from "../text/ngram-features.ts";
import { ngramOptionsSchema } from "../text/ngram-options.ts";
import type { NgramOptions } from "../text/ngram-options.ts";
import { countTexts, fitColumns, tfIdf, weighTable } from "../text/tf-idf.ts";
import type { SparseRow } from "../text/tf-idf.ts";
import { asRow } from "./as-row.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";
import { centredEmbeddings, fitProbe } from "./probe.ts";

const options = z.strictObject({
  l2: z.number().positive().default(3e-3).describe("Penalty of the heads"),
  rank: z.int().positive().default(256).describe("Rank of the SVD that the heads are trained in"),
  buckets: ngramOptionsSchema.shape.buckets,
  characterBudget: z.int().min(16).default(4000).describe("Longer texts keep their first two thirds and last third"),
});

type Options = z.infer<typeof options>;

export interface TextLinearState {
  readonly features: NgramOptions;
  /** [v] ascending; the other buckets weigh nothing */
  readonly buckets: Int32Array;
  /** [v] */
  readonly idf: Float32Array;
  /** [v, m] */
  readonly weights: Matrix32;
  /** [m] logit of a text with all weights zero */
  readonly bias: Float64Array;
  /** [m] logit of the mean training text: what a text with no known n-gram gets */
  readonly baseLogit: Float64Array;
  readonly costUsd: Float64Array;
}

export const textLinear = defineRouter<Options, TextLinearState>({
  name: "text-linear",
  summary: "Hashed n-grams of the raw text straight to one logistic head per model; no encoder.",
  source: "signalbox; after Joulin et al., arXiv 1607.01759",
  needs: { embeddings: false, text: true, cost: false },
  qualityKind: "probability",
  options,
  stateShape: {
    features: ngramOptionsSchema,
    buckets: "i32[v]",
    idf: "f32[v]",
    weights: "f32[v, m]",
    bias: "f64[m]",
    baseLogit: "f64[m]",
    costUsd: "f64[m]",
  },
  search: { l2: [3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4] },

  fit(train, chosen, context) {
    const latent = latentTexts(train, chosen, context);
    const known = meanScore(train);
    const orUnknown = (value: number, j: number): number => (Number.isNaN(known[j]!) ? NaN : value);
    const { weights, bias } = fitProbe(latent, train.score, { l2: chosen.l2 }, latent.context);
    const { mean } = centredEmbeddings(latent, latent.context);
    const shift = dots(asRow(mean), weights).data;
    return {
      features: latent.features,
      buckets: latent.buckets,
      idf: latent.idf,
      weights: product(latent.components, transposedRows(weights)),
      bias: bias.map(orUnknown),
      baseLogit: bias.map((b, j) => orUnknown(b + shift[j]!, j)),
      costUsd: meanCostUsd(train),
    };
  },

  estimate(state, { text }) {
    const { count, weigh, weights } = reader(state);
    const { size, indices, values } = weigh(count(text));
    const sums = size === 0 ? undefined : residentProject(weights, indices, values, size);
    const quality = state.bias.map((bias, j) => chance(sums ? sums[j]! + bias : state.baseLogit[j]!));
    return { quality, costUsd: state.costUsd };
  },
});

function chance(logit: number): number {
  return 1 / (1 + exponential(-logit));
}

/** The training texts in the latent space, as if they were embeddings; with a context in which they are. */
interface LatentTexts {
  readonly features: NgramOptions;
  readonly buckets: Int32Array;
  readonly idf: Float32Array;
  /** [v, rank] */
  readonly components: Matrix32;
  /** [n, rank] */
  readonly embeddings: Matrix32;
  readonly context: FitContext;
}

function latentTexts(train: TrainTable, { rank, buckets, characterBudget }: Options, context: FitContext): LatentTexts {
  const prefix = `text-linear ${rank} ${buckets} ${characterBudget}`;
  return context.shared(prefix, () => {
    // Characters in fours alone: threes and fives add time to every decision and no accuracy.
    const features = ngramOptionsSchema.parse({
      buckets,
      characterBudget,
      minimumCharacters: 4,
      maximumCharacters: 4,
    });
    const counts = countTexts(train.prompts, features);
    const columns = fitColumns(counts, buckets, 1);
    const weights = weighTable(counts, columns, buckets);
    const svd = { rank: Math.min(rank, weights.rows, weights.cols) };
    const { components } = truncatedSvd(weights, svd, context.random("text-linear", "svd"));
    scaleToUnit(components, sparseProject(weights, components));
    return {
      features,
      ...columns,
      components,
      embeddings: sparseProject(weights, components),
      // What routers share under "centred" and "gram" belongs to their embeddings, not to these.
      context: { ...context, shared: (key, compute) => context.shared(`${prefix} ${key}`, compute) },
    };
  });
}

/** Scales the projection in place so that training texts have length 1 in the root mean square: l2 then means the same on any table. */
function scaleToUnit(components: Matrix32, projected: Matrix32): void {
  const squares = projected.data.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return;
  const scale = Math.sqrt(projected.rows / squares);
  components.data.forEach((value, at) => (components.data[at] = value * scale));
}

/** [d, m] of weights [m, d]. */
function transposedRows({ rows, cols, data }: Matrix32): Matrix32 {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let c = 0; c < cols; c++) out[c * rows + i] = data[i * cols + c]!;
  return { rows: cols, cols: rows, data: out };
}

interface Reader {
  readonly count: (text: string) => FeatureCounts;
  readonly weigh: (features: FeatureCounts) => SparseRow;
  readonly weights: Resident;
}

/** Scratch memory and the resident weights of a state; a state itself is plain data. */
const readers = new WeakMap<TextLinearState, Reader>();

function reader(state: TextLinearState): Reader {
  const kept = readers.get(state);
  if (kept) return kept;
  const { features } = state;
  const made = {
    count: ngramCounter(features),
    weigh: tfIdf(state, features.buckets),
    weights: residentMatrix(state.weights),
  };
  readers.set(state, made);
  return made;
}
