/**
 * Policies: how estimates become a choice. One fit, many policies.
 * Source: spec of routers, "Policies"; the α form is Avengers-Pro's (arXiv 2508.12631).
 */
import { z } from "zod";

export const policySchema = z.discriminatedUnion("kind", [
  /** Largest quality. */
  z.strictObject({ kind: z.literal("argmax") }),
  /** Largest quality − λ·costUsd; λ in score per USD. Infinity = cheapest. */
  z.strictObject({ kind: z.literal("costWeight"), lambda: z.number().nonnegative().or(z.literal(Infinity)) }),
  /** Largest α·quality + (1−α)·cheapness, each scaled to 0 … 1. */
  z.strictObject({ kind: z.literal("alpha"), alpha: z.number().min(0).max(1) }),
  /** Cheapest model whose quality is at least `ratio` × the best quality. */
  z.strictObject({ kind: z.literal("floor"), ratio: z.number().min(0).max(1) }),
  /** Two models: the strong one iff its win rate ≥ t. Many: the cheapest with quality ≥ t, else the best. */
  z.strictObject({ kind: z.literal("threshold"), threshold: z.number() }),
]);

export type Policy = z.infer<typeof policySchema>;

export const argmax: Policy = { kind: "argmax" };
