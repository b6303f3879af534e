/** Fit never reads test rows, and no honest router sees a data set's label (routers.md §9.3 and §9.4). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { OutcomeTable } from "../src/core/outcome-table.ts";
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
import { seededRandom } from "../src/math/random.ts";
import { routerByName, routers } from "../src/routers/registry.ts";
import { givenEncoder, givenVectors, oneExpert, withAnswers } from "./support/tables.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const { table: unanswered, vectors } = oneExpert({ queries: 150, seed: 11 });
const sample = { table: withAnswers(unanswered), vectors };
const splitOptions = { mode: "native", trainRatio: 0.7, ood: [] } as const;
const seed = 42;
const split = splitTable(sample.table, splitOptions, seed);
const honest = routers.filter(({ cheats }) => cheats !== true);

const random = seededRandom("poison");
const poisons: Record<string, () => number> = { NaN: () => NaN, "random numbers": () => random.uniform() };

/** The table with scores, costs and answers of its test rows replaced. */
function poisoned(table: OutcomeTable, poison: () => number): OutcomeTable {
  const tested = new Set(split.test);
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

function materialOf(table: OutcomeTable): FitMaterial {
  return fitMaterial(
    table,
    { train: split.train, validation: split.validation, unavailable: availability(table) },
    { vectors: sample.vectors, fingerprint: null },
    { seed },
  );
}

describe.each(Object.entries(poisons))("test rows poisoned with %s", (_, poison) => {
  test("change no artefact byte of any router that may be fitted on training rows", async () => {
    const folder = await temporaryFolder();
    const clean = materialOf(sample.table);
    const dirty = materialOf(poisoned(sample.table, poison));
    for (const { name } of honest) {
      const bytes: Buffer[][] = [];
      for (const [version, material] of Object.entries({ clean, dirty })) {
        const place = join(folder, `${name}-${version}`);
        const { fitted } = fitRouter(routerByName(name), material);
        await saveRouter(place, { fitted, encoderSpec: null, encoder: null });
        bytes.push(await Promise.all(Object.values(artefactFiles).map((file) => readFile(join(place, file)))));
      }
      expect(bytes[1], name).toEqual(bytes[0]);
    }
  });

  test("change no choice, option, policy or named point of an honest router", async () => {
    const options = { split: splitOptions, routers: honest.map(({ name }) => routerByName(name)), seed };
    const clean = await runSeed(sample.table, givenVectors(sample), options);
    const dirty = await runSeed(poisoned(sample.table, poison), givenVectors(sample), options);
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

test("poison changes the choices of the oracle: the test can fail", async () => {
  const options = { split: splitOptions, routers: [routerByName("oracle")], seed };
  const clean = await runSeed(sample.table, givenVectors(sample), options);
  const dirty = await runSeed(
    poisoned(sample.table, () => random.uniform()),
    givenVectors(sample),
    options,
  );
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
  for (const table of [sample.table, poisoned(sample.table, () => random.uniform())]) {
    reports.push(
      await compareRouters(table, {
        split: splitOptions,
        seeds: [seed],
        routers: ["knn", "avengers"],
        encoder: givenEncoder(sample),
        name: "made up",
        warnings: [],
        reproduce: "none",
        draws: 50,
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
