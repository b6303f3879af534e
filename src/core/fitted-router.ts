/**
 * A fitted router: a router bound to its options, state, pool and policy. It is plain data plus the router's functions;
 * it is what is replayed, saved and served, and `decide` is the only way any of them makes a choice.
 */
import { row } from "../math/matrix.ts";
import type { EncoderFingerprint } from "./encoder.ts";
import type { Model } from "./outcome-table.ts";
import { pick } from "./pick.ts";
import type { TieOrder } from "./pick.ts";
import { calibrated } from "./calibration.ts";
import type { Calibration } from "./calibration.ts";
import type { Policy } from "./policy.ts";
import type { Decision, Estimate, EstimateTable, Router, RouterQuery } from "./router.ts";
import type { TrainingReference } from "./training-reference.ts";

export interface FittedRouter {
  readonly router: Router;
  /** "avengers" or "avengers/reference": the row's name in every table */
  readonly label: string;
  readonly options: object;
  readonly state: unknown;
  readonly models: readonly Model[];
  readonly ties: TieOrder;
  /** what the leaderboard row uses, and the default when serving */
  readonly policy: Policy;
  /** Maps quality to a chance for policies that set it against USD or a bar; absent where quality needs no map. */
  readonly calibration?: Calibration | undefined;
  /** What training looked like, for service; absent in comparisons, and from routers saved before it was kept. */
  readonly reference?: TrainingReference | undefined;
  readonly seed: number;
  /** null when the router needs no embedding */
  readonly embedding: EncoderFingerprint | null;
  /** How searched options were chosen. */
  readonly search: readonly SearchStep[];
  readonly provenance: Readonly<Record<string, string | number>>;
}

/** One candidate tried on the validation part. */
export interface SearchStep {
  readonly options: object;
  /** AvgAcc on the validation part, NaN if it could not be fitted */
  readonly avgAcc: number;
}

/** The choice for one query, under `policy` or the router's own. */
export function decide(fitted: FittedRouter, query: RouterQuery, policy: Policy = fitted.policy): Decision {
  const { router, state } = fitted;
  const own = router.decide?.(state, query, policy);
  if (own) return own;
  return decideOn(fitted, router.estimate(state, query), policy, query.allowed);
}

/** The choice on an estimate at hand: what `decide` does for routers without a rule of their own. */
export function decideOn(
  { ties, calibration }: FittedRouter,
  estimate: Estimate,
  policy: Policy,
  allowed?: Uint8Array,
): Decision {
  // Argmax reads raw quality: one map a model could change which is largest.
  const judged = policy.kind === "argmax" ? estimate : calibrated(estimate, calibration);
  return { order: [pick(judged, policy, ties, allowed)], estimate: judged };
}

/** Row i of an estimate table as an Estimate (views, no copy). */
export function estimateAt(table: EstimateTable, i: number): Estimate {
  return {
    quality: row(table.quality, i),
    costUsd: row(table.costUsd, i),
    ...(table.scaled && {
      scaled: { quality: row(table.scaled.quality, i), cheapness: row(table.scaled.cheapness, i) },
    }),
  };
}
