/** Raw text to decision with the offline encoder: 1 kB prompts, p99 over single calls. */
import { fileURLToPath } from "node:url";
import { fitForServing } from "../dist/experiment/fit-for-serving.js";
import { decide } from "../dist/core/fitted-router.js";
import { ngramEncoderFromState } from "../dist/encoders/ngram.js";
import { routerByName } from "../dist/routers/registry.js";
import { quantile } from "../dist/math/quantile.js";
import { seededRandom } from "../dist/math/random.js";
import { syntheticTable } from "./synthetic-table.mjs";

const limitMs = 1;

export async function bench() {
  const { table } = syntheticTable({ prompts: 4000, models: 20, datasets: 10, dimensions: 8, seed: 2 });
  const random = seededRandom("bench prompts");
  const vocabulary = Array.from({ length: 6000 }, () => word(random));
  const worded = { ...table, prompts: table.prompts.map(() => prompt(vocabulary, random)) };
  const { fitted, encoder } = await fitForServing(worded, routerByName("avengers", { clusters: 64, restarts: 1 }), {
    seed: 1,
    encoder: { kind: "ngram" },
  });
  const ready = ngramEncoderFromState(encoder.state);
  const queries = Array.from({ length: 3000 }, () => prompt(vocabulary, random));
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

function word(random) {
  return Array.from({ length: 3 + random.below(8) }, () => String.fromCharCode(97 + random.below(26))).join("");
}

function prompt(vocabulary, random) {
  let text = "";
  while (text.length < 1000) text += `${vocabulary[Math.floor(vocabulary.length * random.uniform() ** 2)]} `;
  return text.slice(0, 1000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());
