/** Raw text to decision with the offline encoder: 1 kB prompts, p99 over single calls. */
import { fileURLToPath } from "node:url";
import { fitForServing } from "../dist/experiment/fit-for-serving.js";
import { decide } from "../dist/core/fitted-router.js";
import { ngramEncoderFromState } from "../dist/encoders/ngram.js";
import { routerByName } from "../dist/routers/registry.js";
import { quantile } from "../dist/math/quantile.js";
import { seededRandom } from "../dist/math/random.js";
import { promptMaker } from "./synthetic-prompts.mjs";
import { syntheticTable } from "./synthetic-table.mjs";

const limitMs = 1;

export async function bench() {
  const { table } = syntheticTable({ prompts: 4000, models: 20, datasets: 10, dimensions: 8, seed: 2 });
  const prompt = promptMaker(seededRandom("bench prompts"));
  const worded = { ...table, prompts: table.prompts.map(() => prompt(1000)) };
  const { fitted, encoder } = await fitForServing(worded, routerByName("avengers", { clusters: 64, restarts: 1 }), {
    seed: 1,
    encoder: { kind: "ngram" },
  });
  const ready = ngramEncoderFromState(encoder.state);
  const queries = Array.from({ length: 3000 }, () => prompt(1000));
  const route = (text) => decide(fitted, { text, embedding: ready.encodeOne(text), promptTokens: NaN });
  for (const text of queries.slice(0, 500)) route(text);
  const milliseconds = Float64Array.from(queries, (text) => {
    const started = performance.now();
    route(text);
    return performance.now() - started;
  });
  const p99 = quantile(milliseconds, 0.99);
  return [
    {
      name: "raw text to decision p99, 1 kB",
      value: p99,
      yardstick: limitMs,
      ratio: p99 / limitMs,
      target: 1,
      unit: "ms",
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());
