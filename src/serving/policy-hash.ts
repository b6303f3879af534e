/** A short name for a rule: same router, policy and pool, same hash. Stands in headers and logs beside every decision. */
import { createHash } from "node:crypto";
import type { FittedRouter } from "../core/fitted-router.ts";
import { policyText } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";

/** 16 hexadecimal digits. Two fits on other data, seeds or options differ; a number in the policy counts to its last digit. */
export function policyHash({ label, options, seed, models, provenance }: FittedRouter, policy: Policy): string {
  const rule = { label, options, seed, models: models.map(({ id }) => id), provenance };
  const knob = Object.entries(policy).map(([name, value]) => `${name}=${String(value)}`);
  return createHash("sha256")
    .update(JSON.stringify([rule, policyText(policy), knob]))
    .digest("hex")
    .slice(0, 16);
}
