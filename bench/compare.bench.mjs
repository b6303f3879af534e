/**
 * The first routers over five seeds on 12,000 prompts × 33 models, embeddings (384) given: wall time and peak memory.
 * All of them: full-table.bench.mjs.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { syntheticTable } from "./synthetic-table.mjs";

export async function bench() {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "run"], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  const { seconds, peakMiB, decisions } = JSON.parse(child.stdout.trim().split("\n").at(-1));
  return [
    {
      name: "compare 12,000 × 33, five seeds",
      value: seconds,
      yardstick: 60,
      ratio: seconds / 60,
      target: 1,
      unit: "s",
    },
    {
      name: "compare 12,000 × 33, peak memory",
      value: peakMiB,
      yardstick: 1536,
      ratio: peakMiB / 1536,
      target: 1,
      unit: "MiB",
    },
    ...decisions.map(({ name, p99 }) => {
      const limit = name === "knn" ? 3000 : 100;
      return { name: `decision p99, ${name}`, value: p99, yardstick: limit, ratio: p99 / limit, target: 1, unit: "µs" };
    }),
  ];
}

async function run() {
  const { compareRouters, defaultSeeds } = await import("../dist/experiment/compare.js");
  const { table, vectors } = syntheticTable({ prompts: 12_000, models: 33, datasets: 20, dimensions: 384, seed: 1 });
  const started = performance.now();
  const report = await compareRouters(table, {
    routers: ["cheapest", "priciest", "knn", "linear", "avengers", "avengers-pro", "dataset-best"],
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds: defaultSeeds,
    encoder: { kind: "given", spec: "synthetic", vectors },
    name: "synthetic",
    warnings: [],
    reproduce: "npm run bench",
    onProgress: (done, total, what) =>
      process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s ${done}/${total} ${what}\n`),
  });
  const seconds = (performance.now() - started) / 1000;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const decisions = report.routers
    .filter(({ cheats }) => cheats === false)
    .map(({ name, decisionMicros }) => ({ name, p99: decisionMicros.p99 }));
  for (const { name, fitSeconds } of report.routers) process.stderr.write(`${name} fit ${fitSeconds.toFixed(2)} s\n`);
  console.log(JSON.stringify({ seconds, peakMiB, decisions }));
}

if (process.argv[2] === "run") await run();
else if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());
