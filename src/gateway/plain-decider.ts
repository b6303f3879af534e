/** Decides by one saved router on the last message of the user, while nothing more is wired. */
import { decide } from "../core/fitted-router.ts";
import { argmax } from "../core/policy.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import type { Controls, Decider, ServedDecision } from "../serving/decider.ts";

const controls: Controls = {
  router: undefined,
  policy: undefined,
  allowed: undefined,
  excluded: [],
  ceilingUsd: undefined,
  floor: undefined,
  session: undefined,
  explain: false,
};

/** @param saved a router that reads no vectors, or holds its own encoder */
export function plainDecider({ fitted, encoder }: SavedRouter): Decider {
  const ids = fitted.models.map(({ id }) => id);
  return {
    routers: ["auto"],
    models: ids,
    warnings: [],
    counts: {
      decisions: 0,
      stayed: 0,
      noCandidate: 0,
      fallbacks: { "encoder-deadline": 0, "encoder-failed": 0, drift: 0, "no-candidate": 0 },
      shadowDecisions: 0,
      shadowProblems: 0,
      driftAlarms: 0,
    },
    target: () => ({ kind: "route", controls }),
    decide({ dialogue, controls: { excluded } }): ServedDecision {
      const started = performance.now();
      const text = dialogue.findLast(({ role }) => role === "user")?.text ?? "";
      const allowed = Uint8Array.from(ids, (id) => (excluded.includes(id) ? 0 : 1));
      const embedding = encoder?.encodeOne(text) ?? new Float32Array(0);
      const { order, estimate } = decide(fitted, { embedding, text, promptTokens: NaN, allowed });
      const [column = 0] = order;
      const at = (j: number): ServedDecision["alternatives"][number] => ({
        model: ids[j] ?? "",
        score: estimate.quality[j] ?? NaN,
        costUsd: estimate.costUsd[j] ?? NaN,
      });
      const others = ids.map((_, j) => j).filter((j) => j !== column && allowed[j] === 1);
      return {
        ...at(column),
        router: "auto",
        label: fitted.label,
        reason: `chosen by ${fitted.label}`,
        alternatives: others.map(at).toSorted((a, b) => b.score - a.score),
        gated: [],
        unstated: [],
        decisionUs: (performance.now() - started) * 1000,
        policyHash: fitted.policy === argmax ? "argmax" : "own",
        fallback: undefined,
        cascade: undefined,
        arm: undefined,
        shadow: undefined,
        propensity: 1,
        isDrifting: false,
      };
    },
    close: async () => undefined,
  };
}
