/** What `signalbox route` prints: the choice, what was expected of each model, and why. */
import type { FittedRouter } from "../core/fitted-router.ts";
import type { Policy } from "../core/policy.ts";
import { finiteOrNull } from "../core/report.ts";
import type { Decision, Reason } from "../core/router.ts";
import { policyText } from "../core/policy.ts";
import { tradesQuality } from "../experiment/sweep.ts";
import { alignedLines } from "../report/text-layout.ts";

export interface Routed {
  readonly fitted: FittedRouter;
  readonly decision: Decision;
  readonly reasons: readonly Reason[];
  readonly policy: Policy;
  /** [m] 1 = may be chosen; absent = all */
  readonly allowed?: Uint8Array | undefined;
}

const shownReasons = 5;

/** For people: the chosen model first. */
export function routeToText({ fitted, decision, reasons, policy, allowed }: Routed): string {
  const { estimate, order } = decision;
  const id = (j: number): string => fitted.models[j]?.id ?? "";
  const rows = ranking(decision, fitted.models.length).map((j) => [
    order.includes(j) ? "→" : allowed?.[j] === 0 ? "not allowed" : "",
    id(j),
    digits(estimate.quality[j]),
    digits(estimate.costUsd[j]),
  ]);
  // A rating or a rank orders the models and is no score.
  const worth = tradesQuality(fitted) ? "expected score" : "rating";
  const table = alignedLines([["", "model", worth, "expected USD"], ...rows], ["left", "left"]);
  const why = reasons.slice(0, shownReasons).map((reason) => `  ${reasonText(reason, id)}`);
  return [
    `${order.map(id).join(", then ")}   (${fitted.label}, ${policyText(policy)})`,
    "",
    ...table.map((line) => `  ${line}`),
    ...(why.length > 0 ? ["", "Why, nearest first:", ...why] : []),
  ].join("\n");
}

function reasonText({ label, weight, support, quality }: Reason, id: (j: number) => string): string {
  const seen = support && support > 1 ? `, ${support} training prompts` : "";
  const best = quality ? `: best there ${id(indexOfLargest(quality))}` : "";
  return `${label} (${weight.toFixed(3)}${seen})${best}`;
}

/** For programs. */
export function routeToJson({ fitted, decision, reasons, policy, allowed }: Routed): string {
  const id = (j: number): string | null => fitted.models[j]?.id ?? null;
  const body = {
    model: id(decision.order[0] ?? -1),
    order: decision.order.map(id),
    router: fitted.label,
    policy: policyText(policy),
    estimates: ranking(decision, fitted.models.length).map((j) => ({
      model: id(j),
      quality: finiteOrNull(decision.estimate.quality[j]),
      costUsd: finiteOrNull(decision.estimate.costUsd[j]),
      allowed: allowed?.[j] !== 0,
    })),
    why: reasons.map(({ label, weight, support, quality }) => ({
      label,
      weight: finiteOrNull(weight),
      support: support ?? null,
      bestThere: quality ? id(indexOfLargest(quality)) : null,
    })),
  };
  return JSON.stringify(body, null, 2);
}

/** Columns by expected quality, the chosen ones first. */
function ranking({ order, estimate }: Decision, models: number): number[] {
  const rest = Array.from({ length: models }, (_, j) => j).filter((j) => !order.includes(j));
  const known = (j: number): number => finiteOrNull(estimate.quality[j]) ?? -Infinity;
  return [...order, ...rest.toSorted((a, b) => (known(b) === known(a) ? a - b : known(b) - known(a)))];
}

function digits(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "—" : String(Number(value.toPrecision(3)));
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, j) => (value > (values[best] ?? -Infinity) ? j : best), 0);
}
