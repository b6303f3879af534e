/**
 * Policies: how estimates become a choice. One fit, many policies.
 * Source: spec of routers, "Policies"; the α form is Avengers-Pro's (arXiv 2508.12631).
 */
import { z } from "zod";
import { UsageError } from "./errors.ts";
import { issueWords } from "./issue-words.ts";
import { unknownName } from "./near-names.ts";

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

/** A policy as reports name it. */
export function policyText(policy: Policy): string {
  switch (policy.kind) {
    case "argmax":
      return "argmax";
    case "costWeight":
      return `costWeight ${Number(policy.lambda.toPrecision(3))}`;
    case "alpha":
      return `alpha ${policy.alpha}`;
    case "floor":
      return `floor ${policy.ratio}`;
    case "threshold":
      return `threshold ${Number(policy.threshold.toPrecision(3))}`;
    case "budget":
      return `budget ${Number(policy.budgetUsd.toPrecision(3))}`;
  }
}

/** Where each kind's number goes. */
export const policyNumbers = {
  costWeight: "lambda",
  alpha: "alpha",
  floor: "ratio",
  threshold: "threshold",
  budget: "budgetUsd",
} as const;

/** One policy of each kind, as a user may write it. */
export const policyExamples = "argmax, costWeight 300, alpha 0.5, floor 0.98, threshold 0.4, budget 0.002";

/**
 * The policy of a text such as "costWeight 300"; reads what `policyText` writes.
 * @throws UsageError naming `where` for an unknown kind, or a number that is absent, needless or out of range.
 */
export function parsePolicy(text: string, where: string): Policy {
  const [kind = "", ...numbers] = text.trim().split(/\s+/);
  const mend = `Write one of: ${policyExamples}.`;
  if (kind === "argmax" && numbers.length === 0) return argmax;
  if (!Object.hasOwn(policyNumbers, kind) && kind !== "argmax") {
    throw unknownName("policy", kind, ["argmax", ...Object.keys(policyNumbers)], where);
  }
  const field = policyNumbers[kind as keyof typeof policyNumbers];
  const value = Number(numbers[0] ?? NaN);
  if (field === undefined || numbers.length !== 1 || Number.isNaN(value)) {
    const wanted = field === undefined ? "takes no number" : "needs one number after it";
    throw new UsageError({ problem: `"${text}": ${kind} ${wanted}`, where, mend });
  }
  const parsed = policySchema.safeParse({ kind, [field]: value });
  if (parsed.success) return parsed.data;
  throw new UsageError({ problem: `"${text}": the number ${issueWords(parsed.error.issues[0])}`, where, mend });
}
