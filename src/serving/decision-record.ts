/**
 * The lines of a decision log, JSON each: decisions, and what is learnt of their answers later. Content stands in them only
 * where whoever writes the log was asked to keep it.
 */
import { z } from "zod";
import type { ServedDecision } from "./decider.ts";
import type { DriftChange } from "./drift-alarms.ts";

const number = z.number().nullable();

/** How a call went, where a gateway wrote the line. */
const callFacts = z.object({
  /** the virtual key's id; "" = none */
  key: z.string(),
  operation: z.string(),
  stream: z.boolean(),
  /** answered, passed-on, failed, cut or left; the error's code, "" for an answer */
  outcome: z.string(),
  status: z.number(),
  code: z.string(),
  firstTokenMs: number,
  /** attempts that came to nothing, in their order */
  failures: z.array(z.object({ model: z.string(), failure: z.string() })),
});

/** What became of a call, whoever chose the model. */
const outcomeFields = {
  requestId: z.string().min(1),
  /** ISO 8601 */
  at: z.string(),
  /** who answered in the end; null = nobody did */
  model: z.string().nullable(),
  /** as it was, with all the calls made for it; null = not known */
  costUsd: number,
  /** of the answer alone, where failed attempts and a cascade's earlier steps are parted from it; null = not known */
  answerCostUsd: number.optional(),
  inputTokens: number,
  outputTokens: number,
  latencyMs: number,
  /** opt-in */
  content: z.object({ prompt: z.string(), answer: z.string() }).nullable(),
  call: callFacts.optional(),
};

const decisionLine = z.object({
  kind: z.literal("decision"),
  schemaVersion: z.literal(1),
  ...outcomeFields,
  router: z.string(),
  label: z.string(),
  policyHash: z.string(),
  chosen: z.string(),
  /** models that could not be asked for this request */
  gated: z.array(z.string()).optional(),
  /** what of the request bent the router's own rule: policy, allow, exclude, ceiling, floor, session */
  controls: z.array(z.string()).optional(),
  fallback: z.string().nullable(),
  isDrifting: z.boolean(),
  arm: z.object({ name: z.string(), propensity: z.number().gt(0).max(1) }).nullable(),
  /** the chance with which the router chose this model */
  propensity: z.number().min(0).max(1),
  shadow: z.object({ router: z.string(), model: z.string().nullable() }).nullable(),
  /** expected; null = not known */
  expectedScore: number,
  expectedCostUsd: number,
  decisionUs: z.number(),
});

/** A call to a model that the client named: no router was asked. */
const namedLine = z.object({ kind: z.literal("named"), schemaVersion: z.literal(1), ...outcomeFields });

/** What an answer was worth, as somebody says it later. */
export const feedbackSchema = z.strictObject({
  requestId: z.string().min(1).max(200),
  /** of the answer, 0 … 1 */
  score: z.number().min(0).max(1),
});

const feedbackLine = z.object({
  kind: z.literal("feedback"),
  ...feedbackSchema.shape,
  /** the virtual key that said it, where a gateway wrote the line: it counts for that key's calls alone */
  key: z.string().optional(),
});

/** A router's drift alarm was raised or lowered. */
const driftLine = z.object({
  kind: z.literal("drift"),
  schemaVersion: z.literal(1),
  at: z.string(),
  router: z.string(),
  isDrifting: z.boolean(),
  pValue: z.number(),
});

export const logLineSchema = z.discriminatedUnion("kind", [decisionLine, namedLine, feedbackLine, driftLine]);

export type DecisionRecord = z.infer<typeof decisionLine>;
export type DriftRecord = z.infer<typeof driftLine>;
export type NamedRecord = z.infer<typeof namedLine>;
export type FeedbackRecord = z.infer<typeof feedbackLine>;

/** What only the caller of a model knows. */
export type Outcome = z.infer<z.ZodObject<typeof outcomeFields>>;

/** The line of a decision; waits for the shadow's choice, which is never far behind. */
export async function decisionRecord(decision: ServedDecision, outcome: Outcome): Promise<DecisionRecord> {
  const shadow = await decision.shadow;
  return {
    kind: "decision",
    schemaVersion: 1,
    ...outcome,
    router: decision.router,
    label: decision.label,
    policyHash: decision.policyHash,
    chosen: decision.model,
    gated: decision.gated.map(({ model }) => model),
    controls: [...decision.controls],
    fallback: decision.fallback ?? null,
    isDrifting: decision.isDrifting,
    arm: decision.arm ?? null,
    propensity: decision.propensity,
    shadow: shadow ? { router: shadow.router, model: shadow.model ?? null } : null,
    expectedScore: Number.isFinite(decision.score) ? decision.score : null,
    expectedCostUsd: Number.isFinite(decision.costUsd) ? decision.costUsd : null,
    decisionUs: decision.decisionUs,
  };
}

/** The line of a call to a model that the client named. */
export function namedRecord(outcome: Outcome): NamedRecord {
  return { kind: "named", schemaVersion: 1, ...outcome };
}

/** @param at ISO 8601 */
export function driftRecord({ router, isDrifting, pValue }: DriftChange, at: string): DriftRecord {
  return { kind: "drift", schemaVersion: 1, at, router, isDrifting, pValue };
}
