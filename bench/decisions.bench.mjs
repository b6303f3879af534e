/**
 * One decision, the embedding (384) given, for every router of the registry: p50 and p99 over single calls, the least of
 * several rounds, since other work on the machine only adds. Fitted on 8,036 prompts × 20 models, 70 % of 11,480.
 * Training is cut to one epoch: it changes what is decided, not how long that takes. Neighbour methods read all training
 * prompts, so their time grows with them.
 */
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { decide } from "../dist/core/fitted-router.js";
import { tieOrder } from "../dist/core/pick.js";
import { fitContext } from "../dist/experiment/fit-context.js";
import { trainTable } from "../dist/experiment/train-table.js";
import { columnMeans } from "../dist/math/matrix.js";
import { residentDots, residentMatrix } from "../dist/math/dots.js";
import { nearestNeighbours, neighbourIndex } from "../dist/math/neighbour-index.js";
import { quantile } from "../dist/math/quantile.js";
import { seededRandom } from "../dist/math/random.js";
import { routers } from "../dist/routers/registry.js";
import { promptMaker } from "./synthetic-prompts.mjs";
import { syntheticTable } from "./synthetic-table.mjs";

const size = { prompts: 11_480, models: 20, datasets: 15, dimensions: 384, seed: 1 };
const trainRows = 8_036;
const limitMicros = 100;
/** Graph and contrastive encoders work more for an answer. */
const slowLimitMicros = { graphrouter: 1000, routerdc: 1000 };
const quickFit = { epochs: 1, maximumEpochs: 1, restarts: 1, steps: 10 };
const rounds = 5;
const queries = 1000;

export async function bench() {
  const { table, vectors } = syntheticTable(size);
  const prompt = promptMaker(seededRandom("bench prompts"));
  const prediction = (i, j) => "ABCD"[(i * (table.score.data[i * size.models + j] + j)) % 4];
  const worded = { ...table, prompts: table.prompts.map(() => prompt(300)), prediction };
  const train = trainTable(
    worded,
    Int32Array.from({ length: trainRows }, (_, i) => i),
    vectors.vectors,
  );
  const context = fitContext(1);
  const rows = routers
    .filter(({ cheats }) => cheats === false)
    .map((router) => decisionRow(fittedOn(train, router, context), worded, vectors.vectors));
  printTable(rows);
  printFloors(train.embeddings, vectors.vectors);
  return rows;
}

function fittedOn(train, router, context) {
  const known = Object.keys(router.options.shape ?? {});
  const given = Object.fromEntries(Object.entries(quickFit).filter(([name]) => known.includes(name)));
  const options = router.options.parse(given);
  const started = performance.now();
  const state = router.fit(train, options, context);
  return {
    router,
    label: router.name,
    options,
    state,
    models: train.models,
    ties: tieOrder(train.models, columnMeans(train.costUsd)),
    policy: policyOf(router, state),
    fitSeconds: (performance.now() - started) / 1000,
  };
}

function policyOf(router, state) {
  if (router.operatingPolicy === "alpha") return { kind: "alpha", alpha: 0.5 };
  if (router.operatingPolicy === "threshold") return { kind: "threshold", threshold: 0.5 };
  if (router.operatingPolicy !== "budget") return { kind: "argmax" };
  const [lowest, highest] = router.budgetRange?.(state) ?? [0, 0.01];
  return { kind: "budget", budgetUsd: (lowest + highest) / 2, lambda: 1 };
}

function decisionRow(fitted, table, vectors) {
  const d = vectors.cols;
  const query = (i) => ({
    embedding: vectors.data.slice(i * d, (i + 1) * d),
    text: table.prompts[i],
    promptTokens: 100,
  });
  const asked = Array.from({ length: queries }, (_, i) => query(trainRows + i));
  const times = Array.from({ length: rounds }, () => timesOf(fitted, asked));
  const least = (p) => Math.min(...times.slice(1).map((micros) => quantile(micros, p)));
  const limit = slowLimitMicros[fitted.label] ?? limitMicros;
  const value = least(0.99);
  return {
    name: `one decision p99, ${fitted.label}`,
    value,
    yardstick: limit,
    ratio: value / limit,
    target: 1,
    unit: "µs",
    p50: least(0.5),
    fitSeconds: fitted.fitSeconds,
  };
}

function timesOf(fitted, asked) {
  return Float64Array.from(asked, (query) => {
    const started = performance.now();
    decide(fitted, query);
    return 1000 * (performance.now() - started);
  });
}

function printTable(rows) {
  console.log(
    `${"one decision, embedding given".padEnd(34)}${"p50 µs".padStart(9)}${"p99 µs".padStart(9)}${"limit".padStart(8)}${"fit s".padStart(8)}`,
  );
  for (const { name, value, yardstick, p50, fitSeconds, ratio } of rows.toSorted((a, b) => b.ratio - a.ratio)) {
    const cells = [
      p50.toFixed(1).padStart(9),
      value.toFixed(1).padStart(9),
      String(yardstick).padStart(8),
      fitSeconds.toFixed(1).padStart(8),
    ];
    console.log(`${name.replace("one decision p99, ", "").padEnd(34)}${cells.join("")}${ratio > 1 ? "  MISS" : ""}`);
  }
}

/** What the misses wait for: every training prompt is multiplied with the query, in 16 bits or in floats. */
function printFloors(points, { cols, data }) {
  const index = neighbourIndex(points);
  const resident = residentMatrix(points);
  const query = (i) => data.subarray((trainRows + i) * cols, (trainRows + i + 1) * cols);
  const floors = {
    "the nearest one, exactly, by a 16-bit scan": (i) => nearestNeighbours(index, query(i), 1),
    "all products in floats": (i) => residentDots(resident, query(i)),
  };
  for (const [name, work] of Object.entries(floors)) {
    const micros = Array.from({ length: queries }, (_, i) => {
      const started = performance.now();
      work(i);
      return 1000 * (performance.now() - started);
    });
    console.log(
      `of ${trainRows} × ${cols}, ${name}: ${quantile(Float64Array.from(micros), 0.5).toFixed(1)} µs at the median`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
