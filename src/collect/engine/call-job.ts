/** A call as a job, and its outcome as the job's result: what coordinator and workers say to each other through Redis. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { callFailures } from "../../core/chat.ts";
import type { ChatCompletion } from "../../core/chat.ts";
import { completionFromJson } from "../../core/completion-from-json.ts";
import { EndpointError } from "../../providers/endpoint-error.ts";
import type { ModelConfig } from "../config-schema.ts";
import type { AskedCall, CallOutcome } from "./caller.ts";

/**
 * What a worker must have to make a model's calls: the same endpoint under the same name. The worker takes address and key from
 * its own configuration and environment, so that whoever can write to Redis cannot send a key elsewhere.
 */
export function needsOf({ name, provider, package: adapter, baseUrl, model }: ModelConfig): string {
  const identity = JSON.stringify([name, provider, adapter ?? null, baseUrl ?? null, model]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}

const jobSchema = z.object({
  request: z.object({
    model: z.string(),
    messages: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() })),
    parameters: z.record(z.string(), z.unknown()),
  }),
  tokensGuess: z.number(),
});

export function jobOf({ request, tokensGuess }: AskedCall): string {
  return JSON.stringify({ request, tokensGuess });
}

/** @throws ZodError or SyntaxError when it is none of ours */
export function callOf(key: string, job: string): AskedCall {
  return { key, ...jobSchema.parse(JSON.parse(job)) };
}

/** An outcome, or why every further call would fare no better. */
type CallResult =
  | CallOutcome
  | {
      readonly status: "hopeless";
      readonly problem: string;
      readonly where: string | undefined;
      readonly code: number;
    };

const failedSchema = z.object({
  status: z.literal("fail"),
  failure: z.enum(callFailures),
  httpStatus: z.number().nullable(),
  reason: z.string(),
  attempts: z.number(),
  unsettled: z.number().optional(),
  at: z.string(),
});

/** What only a completion of ours has; the rest of it is the provider's, and was read when it came. */
const doneSchema = z.object({
  status: z.literal("done"),
  completion: z.looseObject({ text: z.string(), servedModel: z.string(), finishReason: z.string() }),
  attempts: z.number(),
  unsettled: z.number().optional(),
  at: z.string(),
  cached: z.boolean(),
});

const hopelessSchema = z.object({
  status: z.literal("hopeless"),
  problem: z.string(),
  where: z.string().optional(),
  code: z.number(),
});

const resultSchema = z.discriminatedUnion("status", [doneSchema, failedSchema, hopelessSchema]);

export function resultOf(outcome: CallOutcome | EndpointError): Uint8Array {
  const result: CallResult =
    outcome instanceof EndpointError
      ? { status: "hopeless", problem: outcome.problem, where: outcome.where, code: outcome.status ?? 0 }
      : outcome;
  return Buffer.from(JSON.stringify(result));
}

/** @throws EndpointError when key or account were refused */
export function outcomeOf(result: Buffer): CallOutcome {
  const parsed = resultSchema.parse(JSON.parse(result.toString()));
  switch (parsed.status) {
    case "done":
      return { ...parsed, completion: completionFromJson(parsed.completion as unknown as ChatCompletion) };
    case "fail":
      return { ...parsed, httpStatus: parsed.httpStatus ?? NaN };
    case "hopeless": {
      const { problem, where, code } = parsed;
      const mend = "Mend the key on the machine of the worker, or the account.";
      throw new EndpointError({ problem, where, mend, status: code, failure: "refused", retriable: false });
    }
  }
}
