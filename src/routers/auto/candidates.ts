/** What `auto` chooses among: the cheap members of the registry, five leads, and other settings of them. */
import type { Router } from "../../core/router.ts";
import { avengers } from "../avengers.ts";
import { bestSingle } from "../best-single.ts";
import { blend } from "../blend.ts";
import { knn } from "../knn.ts";
import { linear } from "../linear.ts";

export interface Candidate {
  readonly router: Router;
  readonly options: object;
}

/** Restarts buy a tighter clustering, which the choice among candidates does not need. */
const restarts = 2;

/**
 * One of each family, at a steady setting: these say whether anything beats best-single here. Every candidate asked
 * raises the bar that all have to pass, and more settings of one family hardly say more.
 */
export const leads: readonly Candidate[] = [
  candidate(linear, { l2: 1e-2 }),
  candidate(linear, { objective: "ridge", lambda: 100 }),
  candidate(knn, { k: 130 }),
  candidate(blend, { k: 130, l2: 3e-3 }),
  candidate(avengers, { clusters: 32, restarts }),
];

/** Other settings, which may take the place of a lead once a lead has passed. */
const variants: readonly Candidate[] = [
  candidate(linear, { l2: 3e-3 }),
  ...[30, 10, 3].map((lambda) => candidate(linear, { objective: "ridge", lambda })),
  ...[80, 40, 20].map((k) => candidate(knn, { k })),
  candidate(blend, { k: 40, l2: 3e-3 }),
  ...[8, 16, 64].map((clusters) => candidate(avengers, { clusters, restarts })),
];

/** All candidates but best-single, the leads first. */
export const candidates: readonly Candidate[] = [...leads, ...variants];

export const standDown: Candidate = candidate(bestSingle, {});

function candidate(router: Router, given: object): Candidate {
  return { router, options: router.options.parse(given) };
}
