/** Who answers when the router cannot be asked: its encoder was late or failed, or it knows nothing of such queries. */
import { pick } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { Decision } from "../core/router.ts";
import type { ServedRouter } from "./served-router.ts";

/** "best-single": the best model of training; "cheapest": the cheapest of training; or a model id. */
export type FallbackPolicy = "best-single" | "cheapest" | { readonly model: string };

/**
 * The choice without a look at the query. A model that may not be asked, or is not in the router's pool, gives way to the best
 * single one; a router saved without what training looked like falls back by its tie order, the cheapest first.
 */
export function fallbackDecision(
  { fitted, pool }: ServedRouter,
  fallback: FallbackPolicy,
  allowed: Uint8Array | undefined,
): Decision {
  const unknown = (): Float64Array => new Float64Array(pool.length).fill(NaN);
  const { score = unknown(), costUsd = unknown() } = fitted.reference ?? {};
  const estimate = { quality: score, costUsd };
  const named = typeof fallback === "object" ? pool.findIndex(({ id }) => id === fallback.model) : -1;
  if (named >= 0 && allowed?.[named] !== 0) return { order: [named], estimate };
  const policy = fallback === "cheapest" ? ({ kind: "costWeight", lambda: Infinity } as const) : argmax;
  return { order: [pick(estimate, policy, fitted.ties, allowed)], estimate };
}
