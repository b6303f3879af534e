/** What `auto` chooses among: the cheap members of the registry, each at a few settings, steadiest first. */
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

/** All candidates but best-single, which every one of them has to beat. */
export const candidates: readonly Candidate[] = [
  ...[1e-2, 3e-3].map((l2) => candidate(linear, { l2 })),
  ...[100, 30, 10, 3].map((lambda) => candidate(linear, { objective: "ridge", lambda })),
  ...[130, 80, 40, 20].map((k) => candidate(knn, { k })),
  ...[40, 130].map((k) => candidate(blend, { k, l2: 3e-3 })),
  ...[8, 16, 32, 64].map((clusters) => candidate(avengers, { clusters, restarts })),
];

export const standDown: Candidate = candidate(bestSingle, {});

function candidate(router: Router, given: object): Candidate {
  return { router, options: router.options.parse(given) };
}
