/** Fits one router to serve: options are chosen on a validation part, then all rows are used. */
import type { Encoder } from "../core/encoder.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { FitError, UsageError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { Matrix32 } from "../math/matrix.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { budgetPolicy } from "./budget.ts";
import { embedTable, planEmbedding } from "./embed-table.ts";
import type { EncoderChoice } from "./embed-table.ts";
import { fitReference } from "./fit-reference.ts";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import type { FitMaterial, FitResult } from "./fit-router.ts";
import { availability } from "./query-view.ts";
import { splitTable } from "./split.ts";

export interface ServingFit {
  readonly fitted: FittedRouter;
  /** null when the router needs no embedding */
  readonly encoder: Pick<Encoder, "fingerprint" | "state"> | null;
}

/**
 * Every row trains; a seventh of each data set, taken by the seed's split order, serves as validation while options are
 * searched, and is then given back.
 * @param options.policy what the saved router decides by, instead of the policy chosen on validation; the price of a
 *   budget is found there.
 * @throws UsageError for a router that cheats: it cannot serve.
 */
export async function fitForServing(
  table: OutcomeTable,
  named: NamedRouter,
  options: {
    readonly seed: number;
    readonly encoder: EncoderChoice;
    readonly policy?: Policy | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ServingFit> {
  const { seed, signal } = options;
  requireServable(named);
  const rows = Int32Array.from(table.prompts.keys());
  const { plan, vectors } = await embedTable(table, options.encoder, [named], { signal });
  const embedded = plan.kind === "none" ? undefined : await planEmbedding(table, plan, vectors, seed, signal)(rows);
  const material = fitMaterial(
    table,
    { train: rows, validation: validationRows(table, seed), unavailable: availability(table) },
    { vectors: embedded?.vectors, fingerprint: embedded?.encoder.fingerprint ?? null },
    { seed, signal },
  );
  const result = fitRouter(named, material);
  const policy = options.policy && servingPolicy(options.policy, result, material);
  // Vectors that are ready stay the same whatever rows are left out; the offline encoder is fitted anew without them.
  const encodeWithout = async (made: Int32Array): Promise<Matrix32> =>
    (await planEmbedding(table, plan, vectors, seed, signal)(made)).vectors;
  const reference = await fitReference(material.train, table, embedded?.vectors, encodeWithout, { seed, signal });
  return { fitted: { ...result.fitted, reference, ...(policy && { policy }) }, encoder: embedded?.encoder ?? null };
}

/** The policy asked for; a budget with its price, as found on the validation part. */
function servingPolicy(policy: Policy, { onValidation, fitted }: FitResult, { validation }: FitMaterial): Policy {
  if (policy.kind !== "budget") return policy;
  if (onValidation) return budgetPolicy(onValidation.fitted, validation, onValidation.estimates, policy.budgetUsd);
  throw new FitError({
    problem: "no validation prompts are left to find what a budget allows",
    where: fitted.label,
    mend: "Give more prompts, or name the price: costWeight 300, say.",
  });
}

/** @throws UsageError for a router that cheats. */
export function requireServable({ label, router }: NamedRouter): void {
  if (router.cheats === false) return;
  throw new UsageError({
    problem: `"${label}" reads what no query carries, so it cannot serve`,
    mend: "Choose an honest router, for example avengers.",
  });
}

/** A table of a prompt or two has nothing to validate on; options then keep their defaults. */
function validationRows(table: OutcomeTable, seed: number): Int32Array {
  const sixSevenths = { mode: "native", trainRatio: 6 / 7, ood: [] } as const;
  return table.prompts.length < 14 ? new Int32Array(0) : splitTable(table, sixSevenths, seed).test;
}
