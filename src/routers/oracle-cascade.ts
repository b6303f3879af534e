/**
 * Oracle cascade: asks all models by rising price and stops at the first answer that a scorer calls right. The scorer
 * knows the truth and tells it wrong with a given rate: what a cascade gains from it at rates 0, 0.1, 0.2 shows how sure
 * a real scorer has to be. Every call is billed. It reads the outcomes it is scored on, so it is a line to measure by.
 *
 * Source: Hu et al., "RouterBench", 2024, arXiv 2403.12031 (its cascading router, without a limit of cost).
 */
import { z } from "zod";
import { tieOrder } from "../core/pick.ts";
import type { TieOrder } from "../core/pick.ts";
import { defineRouter } from "../core/router.ts";
import { columnMeans } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { bestAllowed, follow } from "./cascade.ts";
import { meanCostUsd } from "./mean-outcome.ts";
import { oracle } from "./oracle.ts";

const options = z.strictObject({
  errorRate: z.number().min(0).max(1).default(0).describe("ε: how often the scorer says the opposite of the truth"),
});

interface State {
  readonly errorRate: number;
  readonly seed: number;
  /** [m] mean USD a call */
  readonly costUsd: Float64Array;
  readonly ties: TieOrder;
}

export const oracleCascade = defineRouter<z.infer<typeof options>, State>({
  name: "oracle-cascade",
  summary: "Asks models by rising price until a scorer that knows the truth, but for a rate of errors, is content.",
  source: "RouterBench, arXiv 2403.12031",
  cheats: true,
  diagnostic: true,
  needs: { embeddings: false, text: true, cost: true },
  options,
  presets: { "error-10": { errorRate: 0.1 }, "error-20": { errorRate: 0.2 } },

  stateShape: { errorRate: z.number().min(0).max(1), seed: z.int(), costUsd: "f64[m]", ties: "i32[m]" },

  fit: (train, { errorRate }, { seed }) => ({
    errorRate,
    seed,
    costUsd: meanCostUsd(train),
    ties: tieOrder(train.models, columnMeans(train.costUsd)),
  }),

  estimate: (_state, query) => oracle.estimate({}, query),

  decide({ errorRate, seed, costUsd, ties }, query) {
    const estimate = oracle.estimate({}, query);
    const price = (column: number): number => (Number.isNaN(costUsd[column]!) ? Infinity : costUsd[column]!);
    const order = [...costUsd.keys()]
      .filter((column) => query.allowed?.[column] !== 0 && !Number.isNaN(estimate.quality[column]!))
      .toSorted((a, b) => compare(price(a), price(b)) || ties[a]! - ties[b]!);
    if (order.length === 0) return bestAllowed(estimate, ties, query.allowed);
    // One draw a step, whatever the rate: a scorer of a higher rate errs wherever one of a lower rate does.
    const random = seededRandom(seed, "oracle cascade", query.text);
    const isWrong = order.map(() => random.uniform() < errorRate);
    return follow(order, estimate, (step, { model }) => estimate.quality[model]! >= 0.5 !== isWrong[step]);
  },
});

function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}
