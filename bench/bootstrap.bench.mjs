/**
 * The bootstrap of a 3,450-prompt, 12-method comparison, 10,000 draws. The scores are graded and never repeat, the
 * worst case: nothing can be merged. Yardstick: the plain gather loop, timed on a twentieth of the draws.
 */
import { performance } from "node:perf_hooks";
import { stratifiedBootstrap } from "../dist/math/bootstrap.js";
import { seededRandom } from "../dist/math/random.js";

const prompts = 3450;
const methods = 12;
const datasets = 15;
const draws = 10_000;

export async function bench() {
  const input = gradedScores();
  const value = median(3, () => stratifiedBootstrap({ ...input, draws }, seededRandom("bench")));
  const yardstick = 20 * median(3, () => plainLoop(input, draws / 20, seededRandom("bench")));
  return [
    {
      name: "bootstrap 3450 x 12, 10000 draws",
      value,
      yardstick,
      ratio: value / yardstick,
      target: 2,
      unit: "seconds",
    },
  ];
}

function gradedScores() {
  const random = seededRandom("graded scores");
  const data = Float64Array.from({ length: prompts * methods }, () => random.uniform());
  return {
    values: { rows: prompts, cols: methods, data },
    weights: new Float64Array(prompts).fill(1),
    strata: Int32Array.from({ length: prompts }, (_, i) => i % datasets),
    stratumCount: datasets,
  };
}

function plainLoop({ values, strata }, draws, random) {
  const rowsOf = Array.from({ length: datasets }, (_, d) => [...strata.keys()].filter((i) => strata[i] === d));
  const out = new Float64Array(draws * methods);
  for (let draw = 0; draw < draws; draw++) {
    for (const rows of rowsOf) {
      for (let i = 0; i < rows.length; i++) {
        const picked = rows[random.below(rows.length)];
        for (let a = 0; a < methods; a++) out[draw * methods + a] += values.data[picked * methods + a] / rows.length;
      }
    }
  }
  return out;
}

function median(repeats, work) {
  const seconds = Array.from({ length: repeats }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return seconds.toSorted((a, b) => a - b)[repeats >> 1];
}
