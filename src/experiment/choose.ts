/** Runs a fitted router over many queries: the same `decide` that serves, with the estimates computed in one batch. */
import { decideOn, estimateAt } from "../core/fitted-router.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { Policy } from "../core/policy.ts";
import type { Decision, EstimateTable } from "../core/router.ts";
import { matrix } from "../math/matrix.ts";
import type { QueryView } from "./query-view.ts";

/** Estimates of every query of a view. */
export function estimateView({ router, state, models }: FittedRouter, view: QueryView): EstimateTable {
  if (router.estimateMany) return router.estimateMany(state, view.embeddings);
  const n = view.table.prompts.length;
  const table = { quality: matrix(n, models.length), costUsd: matrix(n, models.length) };
  for (let i = 0; i < n; i++) {
    const estimate = router.estimate(state, view.query(i, router.cheats));
    table.quality.data.set(estimate.quality, i * models.length);
    table.costUsd.data.set(estimate.costUsd, i * models.length);
  }
  return table;
}

/** The decision for query i of a view; equal to `decide` on that query. */
export function decideRow(
  fitted: FittedRouter,
  view: QueryView,
  i: number,
  policy: Policy,
  estimates: EstimateTable,
): Decision {
  const { router, state } = fitted;
  const query = view.query(i, router.cheats);
  const own = router.decide?.(state, query, policy);
  if (own) return own;
  return decideOn(fitted, estimateAt(estimates, i), policy, router.constant ? undefined : query.allowed);
}
