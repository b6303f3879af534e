/** Who answers a call. */
import type { ServedDecision } from "../serving/decider.ts";
import type { ServedModel } from "./upstream/endpoint.ts";

export interface ModelChoice {
  /** in the order to ask them; at least one */
  readonly chain: readonly ServedModel[];
  /** undefined where the client named the model itself */
  readonly decision: ServedDecision | undefined;
}
