/**
 * The third tier of FrugalGPT's scorers: what the answer says, as a vector. Hashed n-grams of the stored answers of all
 * models, weighed by tf-idf and projected on the leading 64 directions of the training answers: the space of the offline
 * encoder, fitted on answers. A cascade embeds an answer between two calls, in the process and at once; no endpoint and
 * no local model could, so the tier knows no other encoder.
 */
import type { FitContext, TrainTable } from "../../core/router.ts";
import { residentMatrix, residentProject } from "../../math/dots.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { truncatedSvd } from "../../math/truncated-svd.ts";
import { ngramCounter } from "../../text/ngram-features.ts";
import { ngramOptionsSchema } from "../../text/ngram-options.ts";
import type { NgramOptions } from "../../text/ngram-options.ts";
import { countTexts, fitColumns, tfIdf, weighTable } from "../../text/tf-idf.ts";
import { canonicalAnswer, isAnswered } from "../answer-text.ts";

/** How answers become vectors. */
export interface AnswerSpace {
  readonly features: NgramOptions;
  /** [v] ascending */
  readonly buckets: Int32Array;
  /** [v] */
  readonly idf: Float32Array;
  /** [v, r] */
  readonly components: Matrix32;
}

/** What loading checks of a space of answers. */
export const answerSpaceShape = {
  features: ngramOptionsSchema,
  buckets: "i32[v]",
  idf: "f32[v]",
  components: "f32[v, r]",
} as const;

const rank = 64;
const characterBudget = 4000;

/** The space of the training answers, verdicts aside. */
export function fitAnswerSpace(train: TrainTable, verdicts: readonly string[], context: FitContext): AnswerSpace {
  const features = ngramOptionsSchema.parse({ dimensions: rank, characterBudget });
  const texts = train.prompts.flatMap((_, i) =>
    train.models.flatMap((_model, j) => {
      const text = isAnswered(train, i, j) ? train.outcomes.prediction(i, j) : "";
      return text === "" || verdicts.includes(canonicalAnswer(text)) ? [] : [text];
    }),
  );
  const counts = countTexts(texts, features);
  const columns = fitColumns(counts, features.buckets, 1);
  const weights = weighTable(counts, columns, features.buckets);
  const svd = { rank: Math.min(rank, weights.rows, weights.cols) };
  const { components } = truncatedSvd(weights, svd, context.random("frugalgpt", "answers"));
  return { features, ...columns, components };
}

/** text → its vector [r]; zeros where no n-gram of it is known. */
export function answerReader(space: AnswerSpace): (text: string) => Float32Array {
  const kept = readers.get(space);
  if (kept) return kept;
  const count = ngramCounter(space.features);
  const weigh = tfIdf(space, space.features.buckets);
  const projection = residentMatrix(space.components);
  const read = (text: string): Float32Array => {
    const { size, indices, values } = weigh(count(text));
    return size === 0 ? new Float32Array(space.components.cols) : residentProject(projection, indices, values, size);
  };
  readers.set(space, read);
  return read;
}

/** Scratch memory of each space; a space itself is plain data. */
const readers = new WeakMap<AnswerSpace, (text: string) => Float32Array>();
