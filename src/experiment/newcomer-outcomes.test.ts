import { describe, expect, test } from "vitest";
import { oneExpert } from "../../test/support/tables.ts";
import { cellStatus, selectTableModels } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { row, selectRows } from "../math/matrix.ts";
import { routerByName } from "../routers/registry.ts";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import { newcomerOutcomes } from "./newcomer-outcomes.ts";
import { addModel } from "./pool-change.ts";

const { table: whole, vectors } = oneExpert({ queries: 120, seed: 8 });
const m = whole.models.length;
const last = m - 1;
const all = Int32Array.from(whole.prompts.keys());

/** The newcomer, last, answers every other prompt at 0.03 USD; its other calls failed and cost nothing. */
function halfFailed(): OutcomeTable {
  const isFailed = (cell: number): boolean => cell % m === last && Math.floor(cell / m) % 2 === 1;
  const put = (data: Float64Array, answered: (value: number) => number): Float64Array =>
    data.map((value, cell) => (isFailed(cell) ? 0 : cell % m === last ? answered(value) : value));
  return {
    ...whole,
    status: whole.status.map((status, cell) => (isFailed(cell) ? cellStatus.failed : status)),
    score: { ...whole.score, data: put(whole.score.data, (value) => value) },
    costUsd: { ...whole.costUsd, data: put(whole.costUsd.data, () => 0.03) },
  };
}

test("a newcomer's failed calls score 0 and teach no price", () => {
  const { model, prompts, score, costUsd } = newcomerOutcomes(halfFailed(), last, Int32Array.of(4, 5), vectors);
  expect([model, prompts]).toEqual([whole.models[last], [whole.prompts[4], whole.prompts[5]]]);
  expect([...score]).toEqual([row(whole.score, 4)[last], 0]);
  expect([...costUsd]).toEqual([0.03, NaN]);
});

describe.each(["linear", "best-single", "avengers"])("%s", (name) => {
  test("expects of a newcomer the cost that a refit expects, failed calls or not", () => {
    const table = halfFailed();
    const fit = (of: OutcomeTable) =>
      fitRouter(
        routerByName(name),
        fitMaterial(
          of,
          { train: all, validation: new Int32Array(0), unavailable: [] },
          { vectors, fingerprint: null },
          { seed: 42 },
        ),
      ).fitted;
    const others = selectTableModels(
      table,
      Int32Array.from({ length: last }, (_, j) => j),
    );
    const joined = addModel(fit(others), newcomerOutcomes(table, last, all, selectRows(vectors, all)));
    const query = { embedding: row(vectors, 3), text: table.prompts[3]!, promptTokens: NaN };
    for (const { router, state } of [joined, fit(table)])
      expect(router.estimate(state, query).costUsd[last]).toBeCloseTo(0.03, 9);
  });
});
