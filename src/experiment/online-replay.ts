/**
 * Replays of routers that learn while they serve: prompts come one by one in a seeded order, the router chooses, and of all
 * recorded outcomes that of its choice alone is revealed to it. The others are not read.
 */
import { pick } from "../core/pick.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { argmax } from "../core/policy.ts";
import { throwIfAborted, UsageError } from "../core/errors.ts";
import type { Replay } from "../core/metric.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { permutation, seededRandom } from "../math/random.ts";
import { replayChoices } from "../metrics/baselines.ts";
import type { QueryView } from "./query-view.ts";

/** [n] the order in which the prompts of a seed come: row numbers of the view. The same for every router. */
export function streamOrder(prompts: number, seed: number): Int32Array {
  return permutation(prompts, seededRandom(seed, "online", "order"));
}

/**
 * The choices of a router that learns as it goes, and what they scored. The fitted router stays as it was.
 * A choice without a recorded score teaches nothing.
 * @throws UsageError for a router that cannot learn.
 */
export function replayOnline(fitted: FittedRouter, view: QueryView, order: Int32Array, signal?: AbortSignal): Replay {
  const { router, seed, ties, label } = fitted;
  const { online } = router;
  if (!online) {
    throw new UsageError({
      problem: `"${label}" does not learn while it serves`,
      where: "replay online",
      mend: "Replay it as it was fitted.",
    });
  }
  const state = structuredClone(fitted.state);
  const random = seededRandom(seed, "online", label);
  const { score, status, models } = view.table;
  const chosen = new Int32Array(order.length).fill(-1);
  for (const i of order) {
    throwIfAborted(signal, "replay");
    const query = view.query(i, false);
    if (query.allowed?.every((flag) => flag === 0)) continue;
    const model = pick(online.estimate(state, query, random), argmax, ties, query.allowed);
    chosen[i] = model;
    const cell = i * models.length + model;
    if (status[cell] === cellStatus.failed) online.learn(state, query, { model, score: 0 });
    else if (status[cell] === cellStatus.scored) online.learn(state, query, { model, score: score.data[cell]! });
  }
  return replayChoices(view.table, chosen);
}
