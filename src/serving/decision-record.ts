/**
 * The lines of a decision log, JSON each: decisions, and what is learnt of their answers later. Content stands in them only
 * where whoever writes the log was asked to keep it.
 */
import { z } from "zod";
import type { ServedDecision } from "./decider.ts";

const number = z.number().nullable();

const decisionLine = z.object({
  kind: z.literal("decision"),
  schemaVersion: z.literal(1),
  requestId: z.string().min(1),
  /** ISO 8601 */
  at: z.string(),
  router: z.string(),
  label: z.string(),
  policyHash: z.string(),
  /** who was chosen, and who answered in the end; null = nobody did */
  chosen: z.string(),
  model: z.string().nullable(),
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
  /** as it was; null = not known */
  costUsd: number,
  inputTokens: number,
  outputTokens: number,
  latencyMs: number,
  /** opt-in */
  content: z.object({ prompt: z.string(), answer: z.string() }).nullable(),
});

const feedbackLine = z.object({
  kind: z.literal("feedback"),
  requestId: z.string().min(1),
  /** of the answer, 0 … 1 */
  score: z.number().min(0).max(1),
});

export const logLineSchema = z.discriminatedUnion("kind", [decisionLine, feedbackLine]);

export type DecisionRecord = z.infer<typeof decisionLine>;
export type FeedbackRecord = z.infer<typeof feedbackLine>;

/** What only the caller of a model knows. */
export type Outcome = Pick<DecisionRecord, "requestId" | "at" | "model" | "content"> &
  Pick<DecisionRecord, "costUsd" | "inputTokens" | "outputTokens" | "latencyMs">;

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
