/** Models join and leave a fitted router without a refit: every router that says it can takes this exam. */
import { describe, expect, test } from "vitest";
import { allAlike, madeUpFingerprint, oneExpert, sharedSkills } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { selectTableModels } from "../core/outcome-table.ts";
import type { JoiningModel, RouterQuery } from "../core/router.ts";
import { matrix32, row, selectRows } from "../math/matrix.ts";
import { routerByName, routers } from "../routers/registry.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { fitMaterial, fitRouter } from "./fit-router.ts";
import { addModel, dropModel, joinable, promptsTaken } from "./pool-change.ts";

const sample = oneExpert({ queries: 240, seed: 8 });
const last = sample.table.models.length - 1;
const newcomer = sample.table.models[last]!;

function pool(columns: readonly number[]): Sample {
  return { table: selectTableModels(sample.table, Int32Array.from(columns)), vectors: sample.vectors };
}

const others = pool([0, 1, 2]);

/** Fitted on every prompt, with default options. */
function fit(named: NamedRouter, { table, vectors }: Sample): FittedRouter {
  const rows = { train: Int32Array.from(table.prompts.keys()), validation: new Int32Array(0), unavailable: [] };
  const quick: NamedRouter = { ...named, router: { ...named.router, search: {} } };
  return fitRouter(quick, fitMaterial(table, rows, { vectors, fingerprint: null }, { seed: 42 })).fitted;
}

function outcomes(rows: readonly number[]): Omit<JoiningModel, "trainRows"> {
  const { table, vectors } = sample;
  return {
    model: newcomer,
    embeddings: selectRows(vectors, rows),
    prompts: rows.map((r) => table.prompts[r]!),
    score: Float64Array.from(rows, (r) => row(table.score, r)[last]!),
    costUsd: Float64Array.from(rows, (r) => row(table.costUsd, r)[last]!),
  };
}

function queryAt(r: number): RouterQuery {
  return { embedding: row(sample.vectors, r), text: sample.table.prompts[r]!, promptTokens: NaN };
}

function qualities({ router, state }: FittedRouter): number[][] {
  return [0, 1, 2, 3, 50, 111, 200].map((r) => [...router.estimate(state, queryAt(r)).quality]);
}

const all = sample.table.prompts.map((_, r) => r);
const leavable = routers.filter(({ dropsModels }) => dropsModels).map(({ name }) => name);

test("the routers that the specification names can do both", () => {
  const able = [
    "best-single",
    "knn",
    "linear",
    "avengers",
    "blend",
    "auto",
    "embedllm-mf",
    "irt",
    "modelsat",
    "routerdc",
  ];
  expect(joinable).toEqual(expect.arrayContaining(able));
  expect(leavable).toEqual(expect.arrayContaining(able));
});

describe.each(joinable)("%s", (name) => {
  const fitted = fit(routerByName(name), others);

  test("expects of the others what it expected, and something of the newcomer", () => {
    const wider = addModel(fitted, outcomes(all.slice(0, 60)));
    expect(wider.models.map(({ id }) => id)).toEqual([...fitted.models, newcomer].map(({ id }) => id));
    const before = qualities(fitted);
    qualities(wider).forEach((quality, i) => {
      expect(quality.slice(0, last)).toEqual(before[i]);
      expect(quality[last]).not.toBeNaN();
    });
  });

  test("a model that joined and left again leaves no trace", () => {
    const there = addModel(fitted, outcomes(all.slice(0, 60)));
    const back = dropModel(there, newcomer.id);
    expect(back.state).toEqual(fitted.state);
    expect([...back.ties]).toEqual([...fitted.ties]);
    expect(back.models).toEqual(fitted.models);
  });

  test("refuses a newcomer of whom nothing is known, and one that is there already", () => {
    const unknown = { ...outcomes(all.slice(0, 5)), score: new Float64Array(5).fill(NaN) };
    expect(() => addModel(fitted, unknown)).toThrow(/no scored prompt/);
    expect(() => addModel(addModel(fitted, outcomes(all)), outcomes(all))).toThrow(/in the pool already/);
  });
});

describe("a router that asks one model for everything", () => {
  const { table, vectors } = allAlike({ queries: 600, seed: 5 });
  const rows = { train: Int32Array.from(table.prompts.keys()), validation: new Int32Array(0), unavailable: [] };
  const material = fitMaterial(table, rows, { vectors, fingerprint: null }, { seed: 42 });
  const joining = (score: readonly number[]): Omit<JoiningModel, "trainRows"> => ({
    model: { id: "newcomer" },
    embeddings: selectRows(vectors, [...score.keys()]),
    prompts: score.map((_, r) => table.prompts[r]!),
    score: Float64Array.from(score),
    costUsd: new Float64Array(score.length).fill(0.001),
  });
  const rightOn = (share: number, labels: number): number[] =>
    Array.from({ length: labels }, (_, r) => (r < share * labels ? 1 : 0));

  test.each(["best-single", "auto"])("%s: luck on a few prompts takes no traffic, a truly better model all", (name) => {
    const { fitted } = fitRouter(routerByName(name), material);
    expect(name === "auto" ? (fitted.state as { chosen: string }).chosen : "best-single").toBe("best-single");
    const taken = (labels: readonly number[]): number =>
      promptsTaken(addModel(fitted, joining(labels)), joining(labels));
    expect(taken(rightOn(1, 5))).toBe(0);
    expect(taken(rightOn(0.62, 500))).toBe(0);
    expect(taken(rightOn(0.75, 500))).toBe(500);
  });

  test("keeps the one model that was named, whoever joins", () => {
    const { fitted } = fitRouter(routerByName("best-single", { model: table.models[2]!.id }), material);
    expect(promptsTaken(addModel(fitted, joining(rightOn(1, 500))), joining(rightOn(1, 500)))).toBe(0);
  });
});

test.each(["knn", "avengers", "modelsat"])("%s: two lucky labels do not beat the experts", (name) => {
  const { table, vectors } = sample;
  const lucky = { ...outcomes([0, 2]), model: { id: "newcomer" }, score: Float64Array.of(1, 1) };
  const wider = addModel(fit(routerByName(name), { table, vectors }), lucky);
  const chosenOn = all.filter((r) => {
    const { quality } = wider.router.estimate(wider.state, queryAt(r));
    return quality.at(-1)! > Math.max(...quality.slice(0, -1));
  });
  expect(chosenOn).toEqual([]);
});

describe("outcomes that cannot be read are refused, with what is wrong", () => {
  const fitted = fit(routerByName("linear"), others);
  const given = outcomes(all.slice(0, 20));
  test.each<[string, Partial<Omit<JoiningModel, "trainRows">>, RegExp]>([
    ["a score beyond 1", { score: given.score.map((y, i) => (i === 3 ? 1.5 : y)) }, /score of prompt 3 is 1\.5/],
    ["a negative cost", { costUsd: given.costUsd.map(() => -1) }, /cost of prompt 0 is -1 USD/],
    ["a score short", { score: given.score.slice(1) }, /20 prompts come with 20 vectors, 19 scores and 20 costs/],
    ["no name", { model: { id: "" } }, /no name/],
    ["no prompt", outcomes([]), /no scored prompt/],
    ["vectors of another length", { embeddings: matrix32(20, 3) }, /vectors of length 3 do not fit/],
  ])("%s", (_, wrong, problem) => {
    expect(() => addModel({ ...fitted, embedding: madeUpFingerprint }, { ...given, ...wrong })).toThrow(problem);
  });

  test("unknown scores among known ones count for nothing", () => {
    const holes = { ...given, score: given.score.map((y, i) => (i % 2 === 0 ? y : NaN)) };
    const half = outcomes(all.slice(0, 20).filter((r) => r % 2 === 0));
    expect(qualities(addModel(fitted, holes))).toEqual(qualities(addModel(fitted, half)));
  });

  test.each(["knn", "blend"])("%s: prompts that it was not fitted on", (name) => {
    const strange = { ...given, embeddings: { ...given.embeddings, data: given.embeddings.data.map((x) => -x) } };
    expect(() => addModel(fit(routerByName(name), others), strange)).toThrow(/scored on no prompt that the router/);
  });
});

describe.each(["knn", "avengers"])("%s with all training prompts", (name) => {
  test("is the router a refit would give", () => {
    const joined = qualities(addModel(fit(routerByName(name), others), outcomes(all)));
    const refitted = qualities(fit(routerByName(name), pool([0, 1, 2, 3])));
    joined.forEach((quality, i) => quality.forEach((q, j) => expect(q).toBeCloseTo(refitted[i]![j]!, 10)));
  });
});

describe("joining against a refit, where each skill of the newcomer is shared by others", () => {
  const { table, vectors } = sharedSkills({ queries: 480, seed: 3 });
  const columns = table.models.map((_, j) => j);
  const joiner = columns.length - 1;
  const known: Sample = { table: selectTableModels(table, Int32Array.from(columns.slice(0, joiner))), vectors };
  const joining = (labels: number): Omit<JoiningModel, "trainRows"> => ({
    model: table.models[joiner]!,
    embeddings: selectRows(vectors, all.slice(0, labels)),
    prompts: table.prompts.slice(0, labels),
    score: Float64Array.from({ length: labels }, (_, r) => row(table.score, r)[joiner]!),
    costUsd: Float64Array.from({ length: labels }, (_, r) => row(table.costUsd, r)[joiner]!),
  });
  const expected = ({ router, state }: FittedRouter): number[] =>
    table.prompts.map((text, r) => {
      const query = { embedding: row(vectors, r), text, promptTokens: NaN };
      return router.estimate(state, query).quality[joiner]!;
    });

  const accuracy = ({ router, state }: FittedRouter): number =>
    table.prompts.reduce((sum, text, r) => {
      const { quality } = router.estimate(state, { embedding: row(vectors, r), text, promptTokens: NaN });
      return sum + row(table.score, r)[quality.indexOf(Math.max(...quality))]! / table.prompts.length;
    }, 0);

  /** Mean |quality after joining − quality after a refit| at half the labels; RouterDC's is no chance, and spreads wider. */
  test.each(joinable)("%s", (name) => {
    const without = fit(routerByName(name), known);
    const refit = fit(routerByName(name), { table, vectors });
    const joined = addModel(without, joining(240));
    const after = expected(refit);
    const distance = expected(joined).reduce((sum, q, r) => sum + Math.abs(q - after[r]!) / after.length, 0);
    expect(distance).toBeLessThan(name === "routerdc" ? 0.35 : 0.15);
    expect(accuracy(joined)).toBeGreaterThan(accuracy(refit) - 0.03);
  });
});

test("linear with all training prompts finds the newcomer's island", () => {
  const joined = addModel(fit(routerByName("linear"), others), outcomes(all));
  const refitted = fit(routerByName("linear"), pool([0, 1, 2, 3]));
  const chosen = (f: FittedRouter): number[] => qualities(f).map((quality) => quality.indexOf(Math.max(...quality)));
  expect(chosen(joined)).toEqual(chosen(refitted));
});

describe.each(leavable)("%s without a model", (name) => {
  const fitted = fit(routerByName(name), sample);

  test("expects of the others what it expected", () => {
    const narrower = dropModel(fitted, sample.table.models[1]!.id);
    const before = qualities(fitted);
    qualities(narrower).forEach((quality, i) => expect(quality).toEqual(before[i]!.filter((_, j) => j !== 1)));
    expect([...narrower.ties].toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  });

  test("names the near model for one that is not there, and keeps the last", () => {
    expect(() => dropModel(fitted, "model-9")).toThrow(/unknown model "model-9"/);
    const ids = fitted.models.map(({ id }) => id);
    const one = ids.slice(1).reduce(dropModel, fitted);
    expect(() => dropModel(one, ids[0]!)).toThrow(/the only model/);
  });
});

test("a method that cannot says so, with what to do", () => {
  const fitted = fit(routerByName("random"), sample);
  expect(() => addModel(fitted, outcomes(all))).toThrow(/cannot take a model in|in the pool already/);
  expect(() => dropModel(fitted, sample.table.models[0]!.id)).toThrow(/cannot let a model go[\s\S]*--exclude-models/);
});
