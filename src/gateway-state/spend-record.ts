/** One paid call, as the spend log keeps it: who, what, how many tokens, how much. No content, no secret. */
import { z } from "zod";
import { costSources } from "../core/chat.ts";
import type { CostSource, TokenUsage } from "../core/chat.ts";

export interface SpendRecord {
  /** when it ended, ISO 8601 */
  readonly at: string;
  /** all calls for one request of a client have the same */
  readonly requestId: string;
  /** the virtual key's id; "" = none */
  readonly key: string;
  readonly keyName: string;
  /** the model's name in signalbox.yaml */
  readonly model: string;
  readonly router: string;
  /** whether its answer is what the client got; false for steps of a cascade, attempts that were billed, and shadows */
  readonly served: boolean;
  readonly usage: TokenUsage | undefined;
  /** NaN where it is not known */
  readonly costUsd: number;
  readonly costSource: CostSource;
}

/** JSON cannot say NaN, and writes null for it. */
const amount = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const lineSchema = z.object({
  at: z.string(),
  requestId: z.string(),
  key: z.string(),
  keyName: z.string(),
  model: z.string(),
  router: z.string(),
  served: z.boolean(),
  usage: z
    .object({
      inputTokens: amount,
      cachedInputTokens: amount,
      cacheWriteTokens: amount,
      outputTokens: amount,
      reasoningTokens: amount,
    })
    .optional(),
  costUsd: amount,
  costSource: z.enum(costSources),
});

export function spendLine(record: SpendRecord): string {
  return JSON.stringify(record);
}

/** The record in a line; undefined when it is none, or torn. */
export function spendOfLine(line: string): SpendRecord | undefined {
  try {
    const { data } = lineSchema.safeParse(JSON.parse(line));
    return data && { ...data, usage: data.usage };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
