/** A choice as the caller gets it. */
import { ranking } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { cascadeSteps } from "./cascade-step.ts";
import type { Choice } from "./choose-served.ts";
import type { Alternative, ControlName, Controls, ServedDecision } from "./decider.ts";
import { policyHash } from "./policy-hash.ts";
import type { ServedRouter } from "./served-router.ts";

/** What is known around a choice. */
export interface Surroundings extends Pick<ServedDecision, "arm" | "shadow" | "isDrifting"> {
  readonly controls: Controls;
  /** of `performance.now()` */
  readonly startedMs: number;
  /** undefined = all */
  readonly mostAlternatives: number | undefined;
}

/** One plain literal: a getter, or a copy by spread, would give every decision a shape of its own. */
export function servedDecision(router: ServedRouter, choice: Choice, around: Surroundings): ServedDecision {
  const { fitted, name, hash } = router;
  const { decision, column, policy } = choice;
  const { model, score, costUsd } = expectedOf(router, choice, column);
  return {
    model,
    router: name,
    label: fitted.label,
    reason: choice.reason,
    score,
    costUsd,
    alternatives: othersRanked(router, choice, around.mostAlternatives),
    gated: choice.gated,
    unstated: choice.unstated,
    controls: namesOf(around.controls, choice.isKept),
    policyHash: policy === fitted.policy ? hash : policyHash(fitted, policy),
    fallback: choice.fallback,
    cascade: decision.order.length > 1 ? cascadeSteps(decision, idsOf(fitted)) : undefined,
    propensity: decision.lottery?.[column] ?? 1,
    arm: around.arm,
    shadow: around.shadow,
    isDrifting: around.isDrifting,
    decisionUs: Math.round((performance.now() - around.startedMs) * 1000),
  };
}

const noControls: readonly ControlName[] = [];

/** One list for all requests that ask for nothing, as most do. */
function namesOf(controls: Controls, isKept: boolean): readonly ControlName[] {
  const { policy, allowed, excluded, ceilingUsd, floor } = controls;
  const isBounded = allowed !== undefined || ceilingUsd !== undefined || floor !== undefined;
  if (policy === undefined && excluded.length === 0 && !isBounded && !isKept) return noControls;
  const given: readonly (readonly [ControlName, boolean])[] = [
    ["policy", policy !== undefined],
    ["allow", allowed !== undefined],
    ["exclude", excluded.length > 0],
    ["ceiling", ceilingUsd !== undefined],
    ["floor", floor !== undefined],
    ["session", isKept],
  ];
  return given.flatMap(([name, isGiven]) => (isGiven ? name : []));
}

function idsOf({ models }: FittedRouter): string[] {
  return models.map(({ id }) => id);
}

function expectedOf({ isScored, fitted }: ServedRouter, { decision }: Choice, column: number): Alternative {
  const { quality, costUsd } = decision.estimate;
  const score = quality[column] ?? NaN;
  const known = isScored && Number.isFinite(score) ? score : NaN;
  return { model: fitted.models[column]?.id ?? "", score: known, costUsd: costUsd[column] ?? NaN };
}

/** All other models that may be asked, by the same policy, as if those before were not there. */
function othersRanked(router: ServedRouter, choice: Choice, most: number | undefined): Alternative[] {
  const { fitted } = router;
  const { decision, column, allowed } = choice;
  const open = allowed?.slice() ?? new Uint8Array(fitted.models.length).fill(1);
  // A cascade's budget speaks of strategies, not of models.
  const policy = choice.policy.kind === "budget" && choice.policy.lambda === undefined ? argmax : choice.policy;
  open[column] = 0;
  return ranking(decision.estimate, policy, fitted.ties, { allowed: open, most }).map((next) =>
    expectedOf(router, choice, next),
  );
}
