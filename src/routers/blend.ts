/**
 * Blend: the mean of what the nearest neighbours and the linear probe expect of each model,
 *   quality_j = share·knn_j + (1 − share)·linear_j.
 * Both forecast a score, one locally and one globally, and their errors differ: the mean is rarely the worst of the two.
 * Cost: that of its two members.
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, Router, TrainTable } from "../core/router.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { knn, knnShape } from "./knn.ts";
import type { KnnState } from "./knn.ts";
import { linear, linearShape } from "./linear.ts";
import type { LinearState } from "./linear.ts";

const options = z.strictObject({
  share: z.number().min(0).max(1).default(0.5).describe("Weight of the neighbours; the rest is the linear probe's"),
  k: z.int().positive().default(80).describe("How many neighbours"),
  l2: z.number().positive().default(3e-3).describe("Penalty of the linear probe"),
});

type Options = z.infer<typeof options>;

export interface BlendState {
  readonly share: number;
  readonly knn: KnnState;
  readonly linear: LinearState;
}

export const blend = defineRouter<Options, BlendState>({
  name: "blend",
  summary: "The mean of what nearest neighbours and a linear probe expect of each model.",
  source: "signalbox",
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "score",
  options,
  search: { k: [130, 40], l2: [1e-2, 3e-3, 1e-3] },

  stateShape: { share: z.number(), knn: knnShape, linear: linearShape },

  fit: (train, { share, k, l2 }, context) => ({
    share,
    knn: member(knn, train, { k }, context),
    linear: member(linear, train, { l2 }, context),
  }),

  dropsModels: "exact",

  addModel: (state, joining, { k, l2 }, context) => ({
    share: state.share,
    knn: knn.addModel!(state.knn, joining, knn.options.parse({ k }), context),
    linear: linear.addModel!(state.linear, joining, linear.options.parse({ l2 }), context),
  }),

  estimate: (state, { embedding }) => estimateAt(mixRows(state, asRow(embedding)), 0),

  estimateMany: mixRows,

  explain: (state, query) => knn.explain!(state.knn, query),
});

/** A member's fit with its other options at their defaults; once per options for all candidates of the search. */
function member<Options extends object, State>(
  router: Router<Options, State>,
  train: TrainTable,
  given: Partial<Options>,
  context: FitContext,
): State {
  const chosen = router.options.parse(given);
  return context.shared(`blend ${router.name} ${JSON.stringify(chosen)}`, () => router.fit(train, chosen, context));
}

function mixRows(state: BlendState, queries: Matrix32): EstimateTable {
  const near = knn.estimateMany!(state.knn, queries);
  const global = linear.estimateMany!(state.linear, queries);
  return {
    quality: weighted(near.quality, global.quality, state.share),
    costUsd: weighted(near.costUsd, global.costUsd, state.share),
  };
}

function weighted(a: Matrix, b: Matrix, share: number): Matrix {
  return { ...a, data: a.data.map((value, cell) => share * value + (1 - share) * b.data[cell]!) };
}
