/** One answer as it is kept: what was asked, what came back, what it cost when it was paid for. */
import { crc32 } from "node:zlib";
import { z } from "zod";
import { costSources } from "../core/chat.ts";
import type { ChatCompletion, CostSource } from "../core/chat.ts";
import { completionFromJson } from "../core/completion-from-json.ts";
import type { Question } from "./question.ts";

export interface KeptAnswer {
  readonly question: Question;
  readonly completion: ChatCompletion;
  /** what the call cost when it was made; NaN where it is not known */
  readonly costUsd: number;
  readonly costSource: CostSource;
  /** when it was asked, ISO 8601 */
  readonly at: string;
  /** a call of ours, or results that were there before */
  readonly origin: "call" | "import";
}

const count = z.number().nullable();
const text = z.string();

/** What is read of a kept answer; a number that JSON cannot say is null. */
const storedSchema = z.object({
  question: z.object({
    provider: text,
    baseUrl: text,
    request: z.object({
      model: text,
      messages: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: text })),
      parameters: z.looseObject({}),
    }),
    sample: z.int().nonnegative(),
  }),
  completion: z.looseObject({
    text,
    finishReason: text,
    servedModel: text,
    usage: z
      .object({
        inputTokens: count,
        cachedInputTokens: count,
        cacheWriteTokens: count,
        outputTokens: count,
        reasoningTokens: count,
      })
      .optional(),
    reportedCostUsd: count,
    firstTokenMs: count,
    latencyMs: count,
    requestId: text,
  }),
  costUsd: count,
  costSource: z.enum(costSources),
  at: text,
  origin: z.enum(["call", "import"]),
});

/**
 * Whether an answer is whole: the provider said why it ended, and that was no error. Only such answers are kept, for a half
 * one would come back for ever.
 */
export function isWhole({ finishReason }: ChatCompletion): boolean {
  return finishReason !== "" && finishReason !== "error";
}

/** The answer as one line of JSON. */
export function answerText(answer: KeptAnswer): string {
  return JSON.stringify(answer);
}

/** The answer in a line; undefined when it is none. */
export function answerOfText(line: string): KeptAnswer | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = storedSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  const stored = parsed.data as unknown as KeptAnswer;
  return { ...stored, costUsd: stored.costUsd ?? NaN, completion: completionFromJson(stored.completion) };
}

const checksumBytes = 4;

/** The answer as bytes: a checksum, then the line. */
export function answerBytes(answer: KeptAnswer): Buffer {
  const line = answerText(answer);
  const bytes = Buffer.allocUnsafe(checksumBytes + Buffer.byteLength(line));
  bytes.write(line, checksumBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(checksumBytes)), 0);
  return bytes;
}

/** The answer in bytes; undefined when they are damaged. */
export function answerOfBytes(bytes: Uint8Array): KeptAnswer | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole.length <= checksumBytes) return undefined;
  const line = whole.subarray(checksumBytes);
  return crc32(line) === whole.readUInt32LE(0) ? answerOfText(line.toString("utf8")) : undefined;
}
