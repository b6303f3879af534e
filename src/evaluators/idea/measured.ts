/** What of an idea can be measured without a reader, each 0 … 10, by SGI-Bench's official rule. */
import type { Encoder } from "../../core/encoder.ts";
import { mean } from "../../math/stats.ts";
import { planSimilarity } from "./plan-similarity.ts";
import type { Idea } from "./read-idea.ts";
import { ideaSections, isFilled, keyIdea, literalIn, textOf } from "./read-idea.ts";

export interface Measured {
  readonly effectiveness: number;
  readonly novelty: number;
  readonly detailedness: number;
  readonly feasibility: number;
}

/** Cosines of one text with others; NaN with an encoder of no dimensions, which stands for none. */
type Cosines = (text: string, others: readonly string[]) => Promise<readonly number[]>;

/** @throws EncodeError when a text has no vector */
export async function measuredIdea(
  idea: Idea,
  record: Readonly<Record<string, unknown>>,
  encoder: Encoder,
  signal: AbortSignal | undefined,
): Promise<Measured> {
  const cosines = cosinesBy(encoder, signal);
  const text = textOf(idea.Idea);
  const completeness = (ideaSections.filter((section) => isFilled(idea[section])).length / ideaSections.length) * 10;
  const keywords = literalIn(record["keywords"]) ?? record["keywords"];
  const terms = Array.isArray(keywords) ? keywords.join(", ") : textOf(keywords);
  return {
    effectiveness: terms === "" ? 0 : atMostTen(10 * mean(await cosines(text, [terms]))),
    novelty: await novelty(text, record, cosines),
    detailedness: atMostTen(
      0.2 * completeness + 0.4 * (10 - (await repetition(text, cosines))) + 0.4 * (10 - lengthPenalty(text)),
    ),
    feasibility: 10 * planSimilarity(idea, keyIdea(record)),
  };
}

/** Half by how unlike the known work it is, half by how unlike the newest. */
async function novelty(text: string, record: Readonly<Record<string, unknown>>, cosines: Cosines): Promise<number> {
  const known = [record["related_work"], record["existing_solutions"]].flatMap(valuesOf);
  const recent = Object.entries(Object(literalIn(record["related_work_test"])) as object).map(
    ([name, value]) => `${name}: ${textOf(value)}`,
  );
  const unlike = async (others: readonly string[]): Promise<number> =>
    others.length === 0 ? 0 : atMostTen(10 * (1 - mean(await cosines(text, others))));
  return 0.5 * (await unlike(known)) + 0.5 * (await unlike(recent));
}

function valuesOf(field: unknown): string[] {
  const group = literalIn(field);
  if (typeof group !== "object" || group === null) return [];
  return Object.values(group)
    .map(textOf)
    .filter((value) => value !== "");
}

/** From a mean cosine of 0.2 between its sentences on. */
async function repetition(text: string, cosines: Cosines): Promise<number> {
  const sentences = text
    .split(/[.!?。！？]/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 10);
  if (sentences.length < 2) return 0;
  const pairs: number[] = [];
  for (const [i, sentence] of sentences.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- an encoder takes one batch at a time
    pairs.push(...(await cosines(sentence, sentences.slice(i + 1))));
  }
  return atMostTen(10 * (mean(pairs) - 0.2));
}

/** A point for each 100 characters outside 300 … 700. */
function lengthPenalty(text: string): number {
  const { length } = Array.from(text);
  if (length === 0) return 0;
  return Math.min(10, Math.max(0, length - 700, 300 - length) / 100);
}

function cosinesBy(encoder: Encoder, signal: AbortSignal | undefined): Cosines {
  return async (text, others) => {
    if (others.length === 0 || encoder.fingerprint.dimensions === 0) return others.map(() => NaN);
    const { data, cols } = await encoder.encode([text, ...others], { signal });
    const own = data.subarray(0, cols);
    return others.map((_, i) => {
      const other = data.subarray((i + 1) * cols, (i + 2) * cols);
      return own.reduce((dot, value, j) => dot + value * (other[j] ?? 0), 0);
    });
  };
}

/** Within 0 … 10; what could not be measured counts 0, as in the official rule. */
function atMostTen(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(0, Math.min(10, value));
}
