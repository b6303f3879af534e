/** What a simulated provider does wrong, and how slowly it answers: as written by the user, or by a test. */
import { z } from "zod";
import { draw } from "./draw.ts";

export const faultKinds = [
  "status",
  "slow",
  "hang",
  "drip",
  "cut",
  "wrong-model",
  "no-usage",
  "negative-usage",
  "huge-usage",
  "invalid-json",
  "error-in-200",
] as const;

const fault = z.strictObject({
  kind: z.enum(faultKinds),
  share: z.number().min(0).max(1).default(1).describe("of the prompts, chosen by the seed"),
  attempts: z.int().positive().optional().describe("only so many times for one prompt and model; always when left out"),
  models: z.array(z.string()).optional().describe("only these; all when left out"),
  status: z.int().min(400).max(599).default(429).describe("for kind: status"),
  retryAfterSeconds: z.number().min(0).optional().describe("for kind: status"),
  seconds: z.number().min(0).default(1).describe("for kind: slow and drip"),
});

export const simulationSchema = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  seed: z.int().default(7),
  promptsPerDomain: z
    .int()
    .positive()
    .default(400)
    .describe("how many of the demo's questions it knows the answers to"),
  firstTokenMs: z.number().min(0).default(0),
  perTokenMs: z.number().min(0).default(0).describe("between two pieces of a streamed answer"),
  faults: z.array(fault).default([]),
  known: z
    .array(z.strictObject({ prompt: z.string(), right: z.string(), wrong: z.string() }))
    .default([])
    .describe("further prompts, with a right and a wrong answer to each"),
  skills: z
    .record(z.string(), z.number().min(0).max(1))
    .default({})
    .describe("model → the share of these it answers rightly; a half when left out"),
});

export type Simulation = z.infer<typeof simulationSchema>;
export type Fault = Simulation["faults"][number];

/**
 * The first fault that strikes this attempt, from 1, of this prompt at this model; the same for the same seed.
 * A fault without `attempts` strikes every attempt, so no retry mends it.
 */
export function faultOf(
  { faults, seed }: Simulation,
  model: string,
  prompt: string,
  attempt: number,
): Fault | undefined {
  return faults.find(({ kind, share, attempts = Infinity, models }, place) => {
    if (attempt > attempts || models?.includes(model) === false) return false;
    return share === 1 || draw(seed, "fault", place, kind, model, prompt) < share;
  });
}
