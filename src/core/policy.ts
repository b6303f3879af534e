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
  /**
   * Cheapest model with quality ≥ t, else the best. For routers whose quality is the chance that a model is as good as
   * the strongest one, whose own quality is 1: a pair's weak model answers iff that chance reaches t.
   */
  z.strictObject({ kind: z.literal("threshold"), threshold: z.number() }),
  /**
   * At most `budgetUsd` a query in the mean. `lambda` is the price of quality at which that held on validation
   * (experiment/budget.ts); a cascade picks its strategy by the budget itself.
   */
  z.strictObject({
    kind: z.literal("budget"),
    budgetUsd: z.number().nonnegative(),
    lambda: z.number().nonnegative().or(z.literal(Infinity)).optional(),
  }),
]);

export type Policy = z.infer<typeof policySchema>;

export const argmax: Policy = { kind: "argmax" };
