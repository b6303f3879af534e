/** The offline encoder alone: raw text of 1 kB to a vector, p99 over single calls; and its fit on 4,000 prompts. */
import { fileURLToPath } from "node:url";
import { fitNgramEncoder } from "../dist/encoders/ngram.js";
import { quantile } from "../dist/math/quantile.js";
import { seededRandom } from "../dist/math/random.js";
import { promptMaker } from "./synthetic-prompts.mjs";

const encodeLimitMs = 0.8;
const fitLimitSeconds = 5;

export async function bench() {
  const text = promptMaker(seededRandom("encode bench"));
  const started = performance.now();
  const { encoder } = await fitNgramEncoder(
    Array.from({ length: 4000 }, () => text(800)),
    {},
    { seed: 1 },
  );
  const fitSeconds = (performance.now() - started) / 1000;
  const prompts = Array.from({ length: 3000 }, () => text(1000));
  for (const prompt of prompts.slice(0, 500)) encoder.encodeOne(prompt);
  const milliseconds = Float64Array.from(prompts, (prompt) => {
    const before = performance.now();
    encoder.encodeOne(prompt);
    return performance.now() - before;
  });
  const p99 = quantile(milliseconds, 0.99);
  return [
    {
      name: "raw text to vector p99, 1 kB",
      value: p99,
      yardstick: encodeLimitMs,
      ratio: p99 / encodeLimitMs,
      target: 1,
      unit: "ms",
    },
    {
      name: "fit n-gram encoder, 4000 x 800 characters",
      value: fitSeconds,
      yardstick: fitLimitSeconds,
      ratio: fitSeconds / fitLimitSeconds,
      target: 1,
      unit: "seconds",
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());
