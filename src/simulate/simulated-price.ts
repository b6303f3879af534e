/**
 * What a simulated model charges: such that its mean published cost is an answer of some two thousand tokens. Made up, like the
 * answers; only the ratios between models follow the published costs.
 */
import { domains } from "./paper-skills.ts";
import type { PublishedModel } from "./paper-skills.ts";

export interface SimulatedPrice {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
}

const meanAnswerTokens = 2000;
/** As with most makers, a token read costs a fraction of a token written. */
const inputShare = 1 / 8;

export function simulatedPrice({ totalCostUsd }: PublishedModel): SimulatedPrice {
  const means = domains.map(({ publishedPrompts }, d) => (totalCostUsd[d] ?? 0) / publishedPrompts);
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
  const outputPerMillionUsd = Number(((mean * 1e6) / meanAnswerTokens).toPrecision(2));
  return { inputPerMillionUsd: Number((outputPerMillionUsd * inputShare).toPrecision(2)), outputPerMillionUsd };
}
