/** One choice for one request: gate, bounds, the router's own `decide`, and whether a session keeps the model it has. */
import { decide } from "../core/fitted-router.ts";
import { policyText } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { Decision, RouterQuery } from "../core/router.ts";
import { bounded } from "./bounds.ts";
import { requireServable } from "./controls.ts";
import type { DecideRequest, DecisionFallback, Gated } from "./decider.ts";
import { fallbackDecision } from "./fallback-policy.ts";
import type { FallbackPolicy } from "./fallback-policy.ts";
import { gateModels } from "./gate.ts";
import { NoCandidateError } from "./no-candidate-error.ts";
import type { ServedRouter } from "./served-router.ts";
import { exchangeRate, rereadUsd, switchPays } from "./stickiness.ts";
import type { StickinessOptions } from "./stickiness.ts";

/** What stands in for the router, and why. */
export interface Standby {
  readonly why: Exclude<DecisionFallback, "no-candidate">;
  readonly policy: FallbackPolicy;
}

export interface Choice {
  readonly column: number;
  readonly decision: Decision;
  readonly policy: Policy;
  /** [m] 1 = may be chosen; undefined = all */
  readonly allowed: Uint8Array | undefined;
  readonly gated: readonly Gated[];
  readonly unstated: readonly string[];
  readonly reason: string;
  /** the session kept its model although the policy would have chosen another */
  readonly isKept: boolean;
  readonly fallback: DecisionFallback | undefined;
}

/** What the router is asked about: the text and its vector; or nothing, where something stands in for it. */
export type Asked = Omit<RouterQuery, "allowed"> | Standby;

/** @throws NoCandidateError when no model may be asked; UsageError for names and bounds that do not fit the router. */
export function chooseServed(
  router: ServedRouter,
  asked: Asked,
  request: DecideRequest,
  stickiness: StickinessOptions,
): Choice {
  const { controls, needs } = request;
  const gate = gateModels(router.pool, needs, controls, request.unserved);
  const policy = controls.policy ?? router.fitted.policy;
  if (controls.policy) requireServable(controls.policy, router.fitted.router);
  if (gate.allowed?.includes(1) === false) throw new NoCandidateError(gate.gated, router.name);
  if ("why" in asked) {
    const decision = fallbackDecision(router, asked.policy, gate.allowed);
    const { allowed, gated, unstated } = gate;
    const reason = standbyReasons[asked.why];
    const column = firstOf(decision);
    return { column, decision, policy, allowed, gated, unstated, reason, isKept: false, fallback: asked.why };
  }
  const { allowed, gated, isFloorMissed } = bounded(router, asked, gate, controls, needs);
  if (allowed?.includes(1) === false) throw new NoCandidateError(gated, router.name);
  const { unstated } = gate;
  const decision = decide(router.fitted, among(asked, allowed), policy);
  const fallback = isFloorMissed ? ("no-candidate" as const) : undefined;
  const reason = isFloorMissed ? "no model is expected to reach the quality floor" : ownReason(router, policy);
  const column = firstOf(decision);
  const choice = { column, decision, policy, allowed, gated, unstated, reason, isKept: false, fallback };
  return kept(router, choice, request, stickiness) ?? choice;
}

const standbyReasons = {
  "encoder-deadline": "the encoder was late, so the fallback policy decided",
  "encoder-failed": "the encoder failed, so the fallback policy decided",
  drift: "live queries are unlike the training prompts, and this one too, so the fallback policy decided",
} as const;

function firstOf({ order }: Decision): number {
  return order[0] ?? -1;
}

/** Written out, since it is made for every request: of copies by spread V8 keeps many alive (ADR 0037). */
function among(query: Omit<RouterQuery, "allowed">, allowed: Uint8Array | undefined): RouterQuery {
  if (allowed === undefined) return query;
  return { embedding: query.embedding, text: query.text, promptTokens: query.promptTokens, allowed };
}

function ownReason({ fitted }: ServedRouter, policy: Policy): string {
  return `${fitted.label}, ${policyText(policy)}`;
}

/** The session's model, where it may stay and a switch would not pay. A cascade or a lottery makes its own way. */
function kept(
  router: ServedRouter,
  choice: Choice,
  { memory, controls }: DecideRequest,
  stickiness: StickinessOptions,
): Choice | undefined {
  const { column, decision, allowed } = choice;
  if (!memory || controls.session === undefined || decision.order.length > 1 || decision.lottery) return undefined;
  const present = router.pool.findIndex(({ id }) => id === memory.model);
  if (present < 0 || present === column || allowed?.[present] === 0) return undefined;
  const lossUsd = rereadUsd(memory.cachedTokens, router.pool[present]?.price, router.pool[column]?.price);
  if (paysToSwitch(router, choice, present, lossUsd, stickiness)) return undefined;
  const other = router.pool[column]?.id ?? "";
  const reason = `the session stays: ${other} would not make up for ${lossText(lossUsd)}`;
  return {
    ...choice,
    column: present,
    decision: { order: [present], estimate: decision.estimate },
    isKept: true,
    reason,
  };
}

function paysToSwitch(
  { isScored }: ServedRouter,
  { column, decision: { estimate }, policy }: Choice,
  present: number,
  lossUsd: number,
  { leastGain, scorePerUsd }: StickinessOptions,
): boolean {
  // A rating has no unit that a loss in USD can be set against.
  if (!isScored) return lossUsd === 0;
  const expected = (j: number): { quality: number; costUsd: number } => ({
    quality: estimate.quality[j] ?? NaN,
    costUsd: estimate.costUsd[j] ?? NaN,
  });
  const lambda = exchangeRate(policy, estimate, present, scorePerUsd);
  return switchPays({ present: expected(present), other: expected(column), rereadUsd: lossUsd, lambda, leastGain });
}

function lossText(loss: number): string {
  if (Number.isNaN(loss)) return "a cached prefix whose price is not known";
  return loss === 0 ? "a change of model" : `reading the cached prefix anew, ${Number(loss.toPrecision(2))} USD`;
}
