/**
 * The full table: every router that `compare` runs unasked, over five seeds, validation included, on 11,480 prompts × 20 models,
 * embeddings (384) given. Prints each method's fit seconds, and the time of a
 * decision; takes minutes, so it runs only when asked for by name:
 * `npm run bench full-table`. GraphRouter has an allowance of its own: it is left out of the first run, and added
 * to its time in the second row where the registry has it.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { syntheticTable } from "./synthetic-table.mjs";

export const onlyByName = "takes minutes; npm run bench full-table runs it";

const slow = "graphrouter";
/** A decision with the embedding given takes 100 µs at most, but for those that look at all training prompts or more. */
const limitMicros = { knn: 3000, blend: 3000, auto: 3000, "routellm-sw": 3000, graphrouter: 1000, routerdc: 1000 };
const size = { prompts: 11_480, models: 20, datasets: 15, dimensions: 384, seed: 1 };

export async function bench() {
  const { routers } = await import("../dist/routers/registry.js");
  // The synthetic table holds no answers, and diagnostics are compared only when named.
  const names = routers.filter(({ needs, diagnostic }) => !diagnostic && !needs.answers).map(({ name }) => name);
  const quick = measure(names.filter((name) => name !== slow));
  const rows = [
    row("full table, five seeds", quick.seconds / 60, 15, "min"),
    row("full table, peak memory", quick.peakMiB / 1024, 4, "GiB"),
  ];
  const rest = names.includes(slow) ? measure([slow]) : undefined;
  if (rest) rows.push(row("full table with GraphRouter", (quick.seconds + rest.seconds) / 60, 30, "min"));
  const decisions = [...quick.decisions, ...(rest?.decisions ?? []).filter(({ name }) => name === slow)];
  return [
    ...rows,
    ...decisions.map(({ name, p99 }) => row(`decision p99, ${name}`, p99, limitMicros[name] ?? 100, "µs")),
  ];
}

function row(name, value, yardstick, unit) {
  return { name, value, yardstick, ratio: value / yardstick, target: 1, unit };
}

/** Seconds and peak memory of a comparison, in a process of its own. */
function measure(names) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "run", ...names], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error(`the comparison of ${names.join(", ")} failed`);
  return JSON.parse(child.stdout.trim().split("\n").at(-1));
}

async function run(names) {
  const { compareRouters, defaultSeeds } = await import("../dist/experiment/compare.js");
  const { table, vectors } = syntheticTable(size);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const report = await compareRouters(table, {
    routers: names,
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    seeds: defaultSeeds,
    encoder: { kind: "given", spec: "synthetic", vectors },
    name: "synthetic",
    warnings: [],
    reproduce: "npm run bench full-table",
  });
  const seconds = elapsed();
  const slowestFirst = report.routers.toSorted((a, b) => b.fitSeconds - a.fitSeconds);
  for (const { name, fitSeconds, avgAcc } of slowestFirst) {
    console.error(`${name}: ${fitSeconds.toFixed(2)} s a fit, AvgAcc ${(100 * avgAcc.mean).toFixed(2)} %`);
  }
  const decisions = report.routers
    .filter(({ cheats }) => cheats === false)
    .map(({ name, decisionMicros }) => ({ name, p99: decisionMicros.p99 }));
  console.log(JSON.stringify({ seconds, peakMiB: process.resourceUsage().maxRSS / 1024, decisions }));
}

const [, script, command, ...names] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  if (command === "run") await run(names);
  else console.table(await bench());
}
