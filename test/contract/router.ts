/**
 * The router contract: what every router owes, one exam for all of them. Run it over your own router with
 *
 *     describeRouter({ label: "mine", router: mine, fixed: {} }, { exempt: { permutation: "draws by position" } });
 *
 * A router that cannot keep a clause says so, with its reason. The clause is then expected to fail: an exemption that
 * is no longer needed shows.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FitError, InterruptedError } from "../../src/core/errors.ts";
import { decide } from "../../src/core/fitted-router.ts";
import type { FittedRouter } from "../../src/core/fitted-router.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Router } from "../../src/core/router.ts";
import { artefactFiles } from "../../src/experiment/artefact-content.ts";
import { loadRouter, saveRouter } from "../../src/experiment/artefact.ts";
import { estimateView } from "../../src/experiment/choose.ts";
import { fitMaterial, fitRouter } from "../../src/experiment/fit-router.ts";
import { fitContext } from "../../src/experiment/fit-context.ts";
import { availability, queryView } from "../../src/experiment/query-view.ts";
import type { QueryView } from "../../src/experiment/query-view.ts";
import { trainTable } from "../../src/experiment/train-table.ts";
import { row } from "../../src/math/matrix.ts";
import { resolveOptions } from "../../src/routers/registry.ts";
import type { NamedRouter } from "../../src/routers/registry.ts";
import {
  madeUpFingerprint,
  oneExpert,
  permuteColumns,
  tableOf,
  withAnswers,
  withHoles,
  withoutModel,
} from "../support/tables.ts";
import type { Sample } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Clauses a router may be exempt from. */
export type Clause = "permutation" | "costWeight" | "holes" | "unknown" | "abort" | "saving";

export interface ContractOptions {
  readonly exempt?: Partial<Record<Clause, string>>;
}

const queries = 72;
const trained = 54;
const sample = withTies(oneExpert({ queries, seed: 3 }));
const policies: readonly Policy[] = [
  { kind: "argmax" },
  { kind: "costWeight", lambda: 25 },
  { kind: "costWeight", lambda: Infinity },
  { kind: "alpha", alpha: 0.4 },
  { kind: "floor", ratio: 0.9 },
  { kind: "threshold", threshold: 0.5 },
];

/** Runs the whole contract over one router. */
export function describeRouter(named: NamedRouter, { exempt = {} }: ContractOptions = {}): void {
  const clause = (name: Clause): typeof test.fails => (exempt[name] ? test.fails : test);
  const titled = (name: Clause, title: string): string => title + (exempt[name] ? ` (exempt: ${exempt[name]})` : "");

  describe(named.label, () => {
    test("the same seed gives the same state, bit for bit", () => {
      expect(fit(named, sample).state).toStrictEqual(fit(named, sample).state);
    });

    test("fit leaves a deep-frozen table untouched", () => {
      const train = deepFreeze(trainTable(withAnswers(sample.table), firstRows(trained), sample.vectors));
      const before = structuredClone(numbersOf(train));
      named.router.fit(train, optionsOf(named), fitContext(1));
      expect(numbersOf(train)).toStrictEqual(before);
    });

    test("decide answers at once, with columns that exist and finite order, under every policy", () => {
      const fitted = fit(named, sample);
      for (const policy of policies) {
        for (const { order, estimate } of decisions(fitted, viewOf(sample), policy)) {
          expect(order.length).toBeGreaterThan(0);
          for (const column of order) expect(sample.table.models[column]).toBeDefined();
          expect(estimate.quality).toHaveLength(sample.table.models.length);
          expect(estimate.costUsd).toHaveLength(sample.table.models.length);
        }
      }
    });

    test("a pool of one is always chosen", () => {
      const one = onlyColumns(sample, [2]);
      const fitted = fit(named, one);
      for (const policy of policies) {
        expect(new Set(choices(fitted, viewOf(one), policy))).toEqual(new Set([0]));
      }
    });

    clause("permutation")(titled("permutation", "permuting the columns permutes the decisions, under ties too"), () => {
      const chosen = names(sample, named);
      for (const order of [
        [5, 4, 3, 2, 1, 0],
        [2, 0, 5, 1, 3, 4],
      ]) {
        expect(names(permuteColumns(sample, order), named)).toEqual(chosen);
      }
    });

    clause("costWeight")(
      titled("costWeight", "the estimated cost of the choice never rises as the cost weight grows"),
      () => {
        const fitted = fit(named, sample);
        const view = viewOf(sample);
        const weight = fc.oneof(fc.double({ min: 0, max: 2000, noNaN: true }), fc.constant(Infinity));
        fc.assert(
          fc.property(fc.nat(queries - trained - 1), weight, weight, (i, a, b) => {
            const cost = (lambda: number): number => {
              const { order, estimate } = decide(fitted, queryOf(view, i, fitted), { kind: "costWeight", lambda });
              return estimate.costUsd[order[0]!]!;
            };
            expect(cost(Math.max(a, b))).toBeLessThanOrEqual(cost(Math.min(a, b)));
          }),
          { numRuns: 200, seed: 1 },
        );
      },
    );

    clause("holes")(titled("holes", "a tenth of the cells missing teaches neither a zero nor a free call"), () => {
      const steady = withHoles(withSteadyModel(sample), 0.1);
      const steadyColumn = steady.table.models.length - 1;
      const fitted = fit(named, steady);
      const view = viewOf(steady);
      for (let i = 0; i < view.table.prompts.length; i++) {
        const { costUsd } = named.router.estimate(fitted.state, queryOf(view, i, fitted));
        expect(costUsd[steadyColumn]).toBeCloseTo(0.0035, 9);
      }
      // With quality alone in play, the model that is always right and misses a tenth of its cells is never beaten by
      // one that is right three times in ten.
      expect(choices(fitted, view, { kind: "argmax" })).not.toContain(steadyColumn - 1);
    });

    test("a model without a single record is never chosen where the mask says so", () => {
      const lacking = withoutModel(sample, 1);
      const fitted = fit(named, lacking);
      for (const policy of policies) {
        expect(choices(fitted, viewOf(lacking), policy)).not.toContain(1);
      }
    });

    clause("unknown")(titled("unknown", "a model it knows nothing of is not chosen, mask or none"), () => {
      const lacking = withoutModel(sample, 1);
      const fitted = fit(named, lacking);
      const rows = firstRows(queries).slice(trained);
      const unmasked = queryView(lacking.table, rows, lacking.vectors, []);
      for (const policy of policies) expect(choices(fitted, unmasked, policy)).not.toContain(1);
    });

    clause("abort")(titled("abort", "a signal that aborts while it fits stops it"), () => {
      const controller = new AbortController();
      const router: Router = {
        ...named.router,
        fit(train, options, context) {
          controller.abort();
          return named.router.fit(train, options, context);
        },
      };
      expect(() => fit({ ...named, router }, sample, controller.signal)).toThrow(InterruptedError);
    });

    test("estimates of many queries are those of each, bit for bit", () => {
      const fitted = fit(named, sample);
      const view = viewOf(sample);
      const many = estimateView(fitted, view);
      for (let i = 0; i < view.table.prompts.length; i++) {
        const one = named.router.estimate(fitted.state, queryOf(view, i, fitted));
        expect(row(many.quality, i)).toStrictEqual(one.quality.slice());
        expect(row(many.costUsd, i)).toStrictEqual(one.costUsd.slice());
        if (one.scaled) {
          expect(row(many.scaled!.quality, i)).toStrictEqual(one.scaled.quality.slice());
          expect(row(many.scaled!.cheapness, i)).toStrictEqual(one.scaled.cheapness.slice());
        }
      }
    });

    test("only allowed models are chosen", () => {
      const fitted = fit(named, sample);
      const view = viewOf(sample);
      const mask = fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 });
      fc.assert(
        fc.property(fc.nat(queries - trained - 1), mask, fc.constantFrom(...policies), (i, flags, policy) => {
          const query = { ...queryOf(view, i, fitted), allowed: Uint8Array.from(flags) };
          fc.pre(flags.includes(1));
          expect(flags[decide(fitted, query, policy).order[0]!]).toBe(1);
        }),
        { numRuns: 200, seed: 1 },
      );
    });

    test.each(policies)("with no model allowed it refuses, under $kind", (policy) => {
      const fitted = fit(named, sample);
      const query = { ...queryOf(viewOf(sample), 0, fitted), allowed: new Uint8Array(6) };
      expect(() => decide(fitted, query, policy)).toThrow(FitError);
    });

    test.each(Object.entries(oddTables()))("%s: it fits or refuses in words, and then decides", (_, odd) => {
      const fitted = fitOrRefuse(named, odd);
      if (!fitted) return;
      const view = viewOf(odd);
      view.table.prompts.forEach((_, i) => {
        const query = queryOf(view, i, fitted);
        if (query.allowed?.every((flag) => flag === 0)) expect(() => decide(fitted, query)).toThrow(FitError);
        else expect(odd.table.models[decide(fitted, query).order[0]!]).toBeDefined();
      });
    });

    test("the state is plain data: a structured clone decides the same", () => {
      const fitted = fit(named, sample);
      const clone = structuredClone(fitted.state);
      expect(clone).toStrictEqual(fitted.state);
      const view = viewOf(sample);
      expect(choices({ ...fitted, state: clone }, view)).toEqual(choices(fitted, view));
    });

    clause("saving")(
      titled("saving", "saved and loaded it decides the same, and the same inputs give the same bytes"),
      async () => {
        const fitted = fit(named, sample);
        const folder = await temporaryFolder();
        await saveRouter(join(folder, "a"), { fitted, encoderSpec: null, encoder: null });
        await saveRouter(join(folder, "b"), { fitted: fit(named, sample), encoderSpec: null, encoder: null });
        const loaded = (await loadRouter(join(folder, "a"))).fitted;
        const view = viewOf(sample);
        for (const policy of policies) expect(choices(loaded, view, policy)).toEqual(choices(fitted, view, policy));
        for (const file of Object.values(artefactFiles)) {
          expect(await readFile(join(folder, "a", file))).toEqual(await readFile(join(folder, "b", file)));
        }
      },
    );
  });
}

/** Fits with the validation part left empty: options not fixed keep their defaults, so that the exam is quick. */
export function fit(named: NamedRouter, { table, vectors }: Sample, signal?: AbortSignal): FittedRouter {
  const train = firstRows(trainedOf(table.prompts.length));
  const rows = { train, validation: new Int32Array(0), unavailable: availability(table) };
  const answered = withAnswers(table);
  const quick: NamedRouter = { ...named, router: { ...named.router, search: {} } };
  return fitRouter(
    quick,
    fitMaterial(answered, rows, { vectors, fingerprint: madeUpFingerprint }, { seed: 42, signal }),
  ).fitted;
}

function fitOrRefuse(named: NamedRouter, odd: Sample): FittedRouter | undefined {
  try {
    return fit(named, odd);
  } catch (error) {
    expect(error).toBeInstanceOf(FitError);
    expect((error as FitError).message).toContain(named.label);
    return undefined;
  }
}

function optionsOf({ router, fixed }: NamedRouter): object {
  return resolveOptions(router, fixed);
}

/** Three quarters train; a table of one row trains and tests on it. */
function trainedOf(n: number): number {
  return Math.max(1, Math.floor(n * 0.75));
}

function firstRows(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}

/** The rows after the training part, as queries. */
function viewOf({ table, vectors }: Sample): QueryView {
  const n = table.prompts.length;
  const rows = Int32Array.from({ length: n }, (_, i) => i).slice(n === 1 ? 0 : trainedOf(n));
  return queryView(table, rows, vectors, availability(table));
}

function queryOf(view: QueryView, i: number, { router }: FittedRouter): ReturnType<QueryView["query"]> {
  return view.query(i, router.cheats);
}

function decisions(fitted: FittedRouter, view: QueryView, policy?: Policy): ReturnType<typeof decide>[] {
  return view.table.prompts.map((_, i) => decide(fitted, queryOf(view, i, fitted), policy));
}

function choices(fitted: FittedRouter, view: QueryView, policy?: Policy): number[] {
  return decisions(fitted, view, policy).map(({ order }) => order[0]!);
}

/** The ids chosen, under every policy. */
function names(from: Sample, named: NamedRouter): string[] {
  const fitted = fit(named, from);
  const view = viewOf(from);
  return policies.flatMap((policy) => choices(fitted, view, policy).map((j) => from.table.models[j]!.id));
}

/** Six models: the four experts, the first again dearer (a tie in quality), and again at the same price (a tie in all). */
function withTies({ table, vectors }: Sample): Sample {
  return addColumns({ table, vectors }, [
    { id: "a-dearer-twin", score: (i) => table.score.data[i * 4]!, costUsd: (i) => 2 * table.costUsd.data[i * 4]! },
    { id: "b-same-twin", score: (i) => table.score.data[i * 4]!, costUsd: (i) => table.costUsd.data[i * 4]! },
  ]);
}

/** Two more models at 0.0035 USD: one right three times in ten, one always right. */
function withSteadyModel(from: Sample): Sample {
  return addColumns(from, [
    { id: "y-poor", score: (i) => (i % 10 < 3 ? 1 : 0), costUsd: () => 0.0035 },
    { id: "z-steady", score: () => 1, costUsd: () => 0.0035 },
  ]);
}

interface Column {
  readonly id: string;
  readonly score: (i: number) => number;
  readonly costUsd: (i: number) => number;
}

function addColumns({ table, vectors }: Sample, columns: readonly Column[]): Sample {
  const lines = (of: "score" | "costUsd"): number[][] =>
    table.prompts.map((_, i) => [...row(table[of], i), ...columns.map((column) => column[of](i))]);
  return {
    vectors,
    table: tableOf({
      models: [...table.models.map(({ id }) => id), ...columns.map(({ id }) => id)],
      datasetOf: Array.from(table.datasetOf, (d) => table.datasets[d]!.dataset),
      score: lines("score"),
      costUsd: lines("costUsd"),
    }),
  };
}

function onlyColumns({ table, vectors }: Sample, columns: readonly number[]): Sample {
  const lines = (of: "score" | "costUsd"): number[][] =>
    table.prompts.map((_, i) => columns.map((j) => row(table[of], i)[j]!));
  return { vectors, table: tableOf({ score: lines("score"), costUsd: lines("costUsd") }) };
}

/** Tables nobody wants and everybody gets. */
function oddTables(): Record<string, Sample> {
  const n = 24;
  const { vectors } = oneExpert({ queries: n, seed: 8 });
  const make = (score: (i: number, j: number) => number, costUsd: (i: number, j: number) => number): Sample => {
    const lines = (of: typeof score): number[][] => Array.from({ length: n }, (_, i) => [0, 1, 2].map((j) => of(i, j)));
    return { vectors, table: tableOf({ score: lines(score), costUsd: lines(costUsd) }) };
  };
  const one = make(
    () => 1,
    () => 0.001,
  );
  return {
    "a column without a number": make(
      (i, j) => (j === 0 ? NaN : (i + j) % 2),
      (_, j) => (j === 0 ? NaN : 0.001),
    ),
    "no number at all": make(
      () => NaN,
      () => NaN,
    ),
    "no cost at all": make(
      (i, j) => (i + j) % 2,
      () => NaN,
    ),
    "all scores equal": make(
      () => 0.5,
      (_, j) => 0.001 * (j + 1),
    ),
    "all prices zero": make(
      (i, j) => (i + j) % 2,
      () => 0,
    ),
    "all queries alike": {
      ...make(
        (i, j) => (i + j) % 2,
        () => 0.001,
      ),
      vectors: { ...vectors, data: vectors.data.map((_, p) => (p % vectors.cols === 0 ? 1 : 0)) },
    },
    "one prompt": {
      vectors: { rows: 1, cols: vectors.cols, data: vectors.data.slice(0, vectors.cols) },
      table: tableOf({ score: [[...row(one.table.score, 0)]], costUsd: [[...row(one.table.costUsd, 0)]] }),
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** What freezing cannot protect: the typed arrays, to be compared with a copy. Functions are left out. */
function numbersOf<T>(value: T): T {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const plain = Object.entries(value).filter(([, part]) => typeof part !== "function");
  return Object.fromEntries(plain.map(([key, part]) => [key, numbersOf(part)])) as T;
}
