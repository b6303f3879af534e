/** Fit never reads test rows, and no honest router sees a data set's label (routers.md §9.3 and §9.4). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FittedRouter } from "../src/core/fitted-router.ts";
import type { OutcomeTable } from "../src/core/outcome-table.ts";
import type { Policy } from "../src/core/policy.ts";
import { artefactFiles } from "../src/experiment/artefact-content.ts";
import { saveRouter } from "../src/experiment/artefact.ts";
import { estimateView } from "../src/experiment/choose.ts";
import { compareRouters } from "../src/experiment/compare.ts";
import { planEmbedding } from "../src/experiment/embed-table.ts";
import { fitMaterial, fitRouter } from "../src/experiment/fit-router.ts";
import type { FitMaterial } from "../src/experiment/fit-router.ts";
import { availability, queryView } from "../src/experiment/query-view.ts";
import { replayPolicy } from "../src/experiment/replay.ts";
import { runSeed } from "../src/experiment/seed-run.ts";
import { splitTable } from "../src/experiment/split.ts";
import type { Split } from "../src/experiment/split.ts";
import type { SplitOptions } from "../src/experiment/split-options.ts";
import { seededRandom } from "../src/math/random.ts";
import { routerByName, routers } from "../src/routers/registry.ts";
import { givenEncoder, givenVectors, oneExpert, withAnswers } from "./support/tables.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const { table: unanswered, vectors } = oneExpert({ queries: 150, seed: 11 });
const sample = { table: withAnswers(unanswered), vectors };
const splitOptions: SplitOptions = { mode: "native", trainRatio: 0.7, ood: [] };
const seed = 42;
const split = splitTable(sample.table, splitOptions, seed);
const honest = routers.filter(({ cheats }) => cheats !== true);

const random = seededRandom("poison");
const asNumbers = (): number => random.uniform();
const poisons: [string, () => number, SplitOptions][] = [
  ["NaN", () => NaN, splitOptions],
  ["random numbers", asNumbers, splitOptions],
  ["random numbers, a data set out of distribution among them", asNumbers, { ...splitOptions, ood: ["gamma"] }],
];

/** Every kind of policy. */
const policies: readonly Policy[] = [
  { kind: "argmax" },
  { kind: "costWeight", lambda: 25 },
  { kind: "alpha", alpha: 0.4 },
  { kind: "floor", ratio: 0.9 },
  { kind: "threshold", threshold: 0.5 },
  { kind: "budget", budgetUsd: 0.003, lambda: 50 },
];

/** The table with scores, costs and answers of its test rows replaced. */
function poisoned(table: OutcomeTable, poison: () => number, { test: rows }: Split = split): OutcomeTable {
  const tested = new Set(rows);
  const m = table.models.length;
  const replaced = (data: Float64Array): Float64Array =>
    data.map((value, cell) => (tested.has(Math.floor(cell / m)) ? poison() : value));
  return {
    ...table,
    score: { ...table.score, data: replaced(table.score.data) },
    costUsd: { ...table.costUsd, data: replaced(table.costUsd.data) },
    promptTokens: { ...table.promptTokens, data: replaced(table.promptTokens.data) },
    prediction: (row, model) => (tested.has(row) ? "poison" : table.prediction(row, model)),
  };
}

function materialOf(table: OutcomeTable, { train, validation }: Split = split): FitMaterial {
  return fitMaterial(
    table,
    { train, validation, unavailable: availability(table) },
    { vectors: sample.vectors, fingerprint: null },
    { seed },
  );
}

/** First choice of every test row, under every policy. */
function choicesOf(fitted: FittedRouter, table: OutcomeTable, { test: rows }: Split): Int32Array[] {
  const view = queryView(table, rows, sample.vectors, availability(table));
  const estimates = estimateView(fitted, view);
  return policies.map((policy) => replayPolicy(fitted, view, policy, estimates).chosen);
}

describe.each(poisons)("test rows poisoned with %s", (_, poison, how) => {
  const own = splitTable(sample.table, how, seed);
  const tables = { clean: sample.table, dirty: poisoned(sample.table, poison, own) };

  test("change no artefact byte of an honest router, and no choice under any policy", async () => {
    const folder = await temporaryFolder();
    const clean = materialOf(tables.clean, own);
    const dirty = materialOf(tables.dirty, own);
    for (const { name } of honest) {
      const bytes: Buffer[][] = [];
      const choices: Int32Array[][] = [];
      for (const [version, material] of Object.entries({ clean, dirty })) {
        const place = join(folder, `${name}-${version}`);
        const { fitted } = fitRouter(routerByName(name), material);
        await saveRouter(place, { fitted, encoderSpec: null, encoder: null });
        bytes.push(await Promise.all(Object.values(artefactFiles).map((file) => readFile(join(place, file)))));
        choices.push(choicesOf(fitted, material.table, own));
      }
      expect(bytes[1], name).toEqual(bytes[0]);
      expect(choices[1], name).toEqual(choices[0]);
    }
  });

  test("change no choice, option, policy or named point of an honest router", async () => {
    const options = { split: how, routers: honest.map(({ name }) => routerByName(name)), seed };
    const clean = await runSeed(tables.clean, givenVectors(sample), options);
    const dirty = await runSeed(tables.dirty, givenVectors(sample), options);
    clean.routers.forEach((run, r) => {
      const other = dirty.routers[r]!;
      expect(other.replay.chosen, run.label).toEqual(run.replay.chosen);
      expect(other.options).toEqual(run.options);
      expect(other.policy).toBe(run.policy);
      expect(other.sweep?.policies).toEqual(run.sweep?.policies);
      expect(other.named).toEqual(run.named);
    });
  });
});

test("poisoned test rows change no state of any preset of an honest router", () => {
  const clean = materialOf(sample.table);
  const dirty = materialOf(poisoned(sample.table, asNumbers));
  for (const router of honest) {
    for (const preset of Object.keys(router.presets)) {
      const named = routerByName(`${router.name}/${preset}`);
      // Not searched, so that it is quick: what a search does is tested above.
      const quick = { ...named, router: { ...router, search: {} } };
      const [own, other] = [clean, dirty].map((material) => fitRouter(quick, material).fitted);
      expect(other!.state, named.label).toStrictEqual(own!.state);
      expect(other!.policy, named.label).toEqual(own!.policy);
    }
  }
});

test("poison changes the choices of the oracle: the test can fail", async () => {
  const options = { split: splitOptions, routers: [routerByName("oracle")], seed };
  const clean = await runSeed(sample.table, givenVectors(sample), options);
  const dirty = await runSeed(poisoned(sample.table, asNumbers), givenVectors(sample), options);
  expect(dirty.routers[0]!.replay.chosen).not.toEqual(clean.routers[0]!.replay.chosen);
});

test("the offline encoder is fitted on training texts only: other test texts leave the training vectors as they are", async () => {
  const tested = new Set(split.test);
  const reworded: OutcomeTable = {
    ...sample.table,
    prompts: sample.table.prompts.map((text, r) => (tested.has(r) ? `quite different words ${r}` : text)),
  };
  const plan = { kind: "fit", options: { dimensions: 16, buckets: 256 } } as const;
  const trainVectors = async (table: OutcomeTable): Promise<Float32Array> => {
    const { vectors } = await planEmbedding(table, plan, undefined, seed)(split.train);
    const rows = [...split.train].map((r) => vectors.data.subarray(r * vectors.cols, (r + 1) * vectors.cols));
    return Float32Array.from(rows.flatMap((line) => [...line]));
  };
  expect(await trainVectors(reworded)).toEqual(await trainVectors(sample.table));
});

describe("labels of the test rows, shuffled", () => {
  // Data set d's own expert is model d, so that being told the task is worth something.
  const telling: OutcomeTable = {
    ...sample.table,
    score: {
      ...sample.table.score,
      data: sample.table.score.data.map((_, cell) => {
        const m = sample.table.models.length;
        return cell % m === sample.table.datasetOf[Math.floor(cell / m)] ? 1 : 0;
      }),
    },
  };
  const shuffled: OutcomeTable = {
    ...telling,
    datasetOf: telling.datasetOf.map((d, r) => (split.test.includes(r) ? (d + 1) % 3 : d)),
  };
  const material = materialOf(telling);

  function choicesOn(table: OutcomeTable, name: string): Int32Array {
    const { fitted } = fitRouter(routerByName(name), material);
    const view = queryView(table, split.test, sample.vectors, availability(telling));
    return replayPolicy(fitted, view, fitted.policy, estimateView(fitted, view)).chosen;
  }

  test.each(routers.filter(({ cheats }) => cheats === false).map(({ name }) => name))(
    "change no choice of %s",
    (name) => {
      expect(choicesOn(shuffled, name)).toEqual(choicesOn(telling, name));
    },
  );

  test.each(["dataset-best", "dataset-oracle"])("change the choices of %s, which is told the task", (name) => {
    expect(choicesOn(shuffled, name)).not.toEqual(choicesOn(telling, name));
  });
});

test("a poisoned comparison differs in what was scored, never in who was asked", async () => {
  const reports = [];
  for (const table of [sample.table, poisoned(sample.table, asNumbers)]) {
    reports.push(
      await compareRouters(table, {
        split: splitOptions,
        seeds: [seed],
        routers: ["knn", "avengers"],
        encoder: givenEncoder(sample),
        name: "made up",
        warnings: [],
        reproduce: "none",
        draws: 100,
        threads: 0,
      }),
    );
  }
  const [clean, dirty] = reports.map(({ routers: rows }) => rows.filter(({ cheats }) => cheats === false));
  expect(dirty!.map(({ selectionShare }) => selectionShare)).toEqual(
    clean!.map(({ selectionShare }) => selectionShare),
  );
  expect(dirty!.map(({ avgAcc }) => avgAcc.mean)).not.toEqual(clean!.map(({ avgAcc }) => avgAcc.mean));
});
