/** A saved router made ready to serve: its pool with what is known of each model, and how a text becomes its vector. */
import type { FittedRouter } from "../core/fitted-router.ts";
import { tradesQuality } from "../experiment/sweep.ts";
import type { PoolMember } from "./gate.ts";
import type { ModelFacts } from "./model-facts.ts";
import { policyHash } from "./policy-hash.ts";

export interface ServedRouter {
  /** the name it is asked for by */
  readonly name: string;
  readonly fitted: FittedRouter;
  readonly pool: readonly PoolMember[];
  /** of the policy it was saved with */
  readonly hash: string;
  /** whether its quality is a score or a chance, and may be shown as one */
  readonly isScored: boolean;
}

/** `facts` by model id; prices that the data held stand in for those that are not given. */
export function servedRouter(
  name: string,
  fitted: FittedRouter,
  facts: Readonly<Record<string, ModelFacts>>,
): ServedRouter {
  return {
    name,
    fitted,
    pool: fitted.models.map(({ id, promptUsdPerMillion: input, completionUsdPerMillion: output }) => {
      const known = Object.hasOwn(facts, id) ? facts[id] : undefined;
      const recorded =
        input === undefined || output === undefined
          ? undefined
          : { inputPerMillionUsd: input, outputPerMillionUsd: output, source: "training data", asOf: "1970-01-01" };
      return { id, capabilities: known?.capabilities, price: known?.price ?? recorded };
    }),
    hash: policyHash(fitted, fitted.policy),
    isScored: tradesQuality(fitted),
  };
}
