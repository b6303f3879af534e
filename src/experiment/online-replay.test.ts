import { describe, expect, test } from "vitest";
import { oneExpert, withHoles } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { decide } from "../core/fitted-router.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { row } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { mean } from "../math/stats.ts";
import { routerByName, routers } from "../routers/registry.ts";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import { replayOnline, streamOrder } from "./online-replay.ts";
import { availability, queryView } from "./query-view.ts";
import type { QueryView } from "./query-view.ts";

const learners = routers.filter(({ online }) => online).map(({ name }) => name);
const sample = withHoles(oneExpert({ queries: 600, seed: 12 }), 0.05);
const trained = Int32Array.from({ length: 40 }, (_, i) => i);
const served = Int32Array.from({ length: 560 }, (_, i) => 40 + i);

/** Fitted on forty prompts, whose scores it may not be told. */
function fit(label: string, { table, vectors }: Sample, told = true): FittedRouter {
  // Forty prompts fill four clusters, and not the thirty-two of the default.
  const named = routerByName(label, label === "thompson" ? { clusters: 4 } : {});
  const data = table.score.data.map((value) => (told ? value : NaN));
  const seen = { ...table, score: { ...table.score, data } };
  const rows = { train: trained, validation: new Int32Array(0), unavailable: [] };
  const material = fitMaterial(seen, rows, { vectors, fingerprint: null }, { seed: 42 });
  return fitRouter({ ...named, router: { ...named.router, search: {} } }, material).fitted;
}

function viewOf({ table, vectors }: Sample): QueryView {
  return queryView(table, served, vectors, availability(table));
}

/** The sample with every outcome replaced but that of the choices. */
function poisonedBut({ table, vectors }: Sample, chosen: Int32Array): Sample {
  const random = seededRandom("poison");
  const m = table.models.length;
  const replaced = (data: Float64Array): Float64Array =>
    data.map((value, cell) => {
      const i = Math.floor(cell / m) - trained.length;
      return i < 0 || chosen[i] === cell % m ? value : random.uniform();
    });
  const score = { ...table.score, data: replaced(table.score.data) };
  return { vectors, table: { ...table, score, costUsd: { ...table.costUsd, data: replaced(table.costUsd.data) } } };
}

test("the routers that can learn are the bandits", () => {
  expect(learners).toEqual(["linucb", "thompson"]);
});

describe.each(learners)("%s, learning", (label) => {
  const fitted = fit(label, sample);
  const view = viewOf(sample);
  const order = streamOrder(served.length, 7);
  const learnt = replayOnline(fitted, view, order);

  test("reads the outcome of its own choice and no other", () => {
    const poisoned = viewOf(poisonedBut(sample, learnt.chosen));
    const again = replayOnline(fitted, poisoned, order);
    expect(again.chosen).toEqual(learnt.chosen);
    expect(again.score).toEqual(learnt.score);
    // And it does read that one: with the chosen outcomes turned round, it goes elsewhere.
    const { table } = sample;
    const turned = { ...table, score: { ...table.score, data: table.score.data.map((value) => 1 - value) } };
    expect(replayOnline(fitted, viewOf({ ...sample, table: turned }), order).chosen).not.toEqual(learnt.chosen);
  });

  test("leaves the fitted router as it was, and does the same again", () => {
    const before = structuredClone(fitted.state);
    expect(replayOnline(fitted, view, order)).toEqual(learnt);
    expect(fitted.state).toEqual(before);
  });

  test("told nothing, it finds the expert of each island by its own choices", () => {
    const untold = fit(label, sample, false);
    const { score } = replayOnline(untold, view, order);
    const inOrder = Array.from(order, (i) => score[i]!);
    const oracle = mean(Array.from(served, (r) => Math.max(...row(sample.table.score, r).filter((y) => y >= 0))));
    expect(mean(inOrder.slice(0, 30)) / oracle).toBeLessThan(0.8);
    expect(mean(inOrder.slice(-200)) / oracle).toBeGreaterThan(0.85);
  });
});

test("a router that cannot learn is refused by name", () => {
  const fitted = fit("knn", sample);
  expect(() => replayOnline(fitted, viewOf(sample), streamOrder(served.length, 1))).toThrow(/"knn" does not learn/);
  expect(decide(fitted, viewOf(sample).query(0, false)).order).toHaveLength(1);
});
