/**
 * Calls per second through BullMQ with two workers, against the same plan made by one local process: a simulated provider
 * without think time, in a process of its own, as are the workers and Redis. Rates are taken between the first and the last
 * outcome, so that no process's start counts; of the rounds the best counts on either side, so that no compiling of hot code does,
 * of which five processes do more than two.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collect } from "../dist/collect/collect.js";
import { readCollectConfig } from "../dist/collect/config.js";
import { queueEngine } from "../dist/collect/engine/queue-engine.js";
import { loadDatasets } from "../dist/collect/load-datasets.js";

const name = "calls/s over BullMQ, two workers";
const prompts = 12_000;
const concurrency = 64;
const rounds = 3;
const commandLine = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

export async function bench() {
  if (spawnSync("redis-server", ["--version"]).status !== 0)
    return [{ name, skipped: "redis-server is not installed (Debian: apt-get install redis-server)" }];
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  const children = [];
  try {
    const port = await freePort();
    const redis = `redis://127.0.0.1:${port}`;
    const server = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    await started(children, "redis-server", server, "Ready to accept");
    const simulator = [commandLine, "simulate", "--port", "0"];
    const baseUrl = (await started(children, process.execPath, simulator, "/v1")).match(/http:\S+/)[0];
    const path = await configuration(folder, baseUrl);
    for (const _ of [1, 2])
      await started(children, process.execPath, [commandLine, "worker", "--redis", redis, "--config", path], "waiting");
    const local = [];
    const spread = [];
    for (let round = 0; round < rounds; round++) {
      local.push(await rate(path, join(folder, `local-${round}`), undefined));
      spread.push(await rate(path, join(folder, `spread-${round}`), queueEngine({ redis, stalledAfterMs: 30_000 })));
    }
    const [value, yardstick] = [Math.max(...spread), Math.max(...local)];
    return [{ name, value, yardstick, ratio: yardstick / value, target: 2, unit: "calls/s" }];
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

async function rate(path, output, engine) {
  const config = await readCollectConfig(path);
  const datasets = await loadDatasets(config.datasets, ".");
  let [first, last] = [NaN, NaN];
  const onOutcome = () => {
    last = performance.now();
    if (Number.isNaN(first)) first = last;
  };
  await collect(config, datasets, { output, environment: {}, allowUnpriced: true, engine, onOutcome });
  return ((prompts - 1) / (last - first)) * 1000;
}

async function configuration(folder, baseUrl) {
  const lines = Array.from({ length: prompts }, (_, n) => JSON.stringify({ prompt: `prompt ${n} of the bench` }));
  await writeFile(join(folder, "prompts.jsonl"), lines.join("\n"));
  const path = join(folder, "signalbox.yaml");
  const model = `{ name: a, model: GPT-5, baseUrl: "${baseUrl}", stream: false, concurrency: ${concurrency} }`;
  const dataset = `{ id: bench, path: ${JSON.stringify(join(folder, "prompts.jsonl"))} }`;
  await writeFile(path, `schemaVersion: 1\ndatasets: [${dataset}]\nmodels: [${model}]\n`);
  return path;
}

/** Starts a process and waits until it says `word`; gives what it has said. */
async function started(children, command, args, word) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let said = "";
  return await new Promise((resolve, reject) => {
    const hear = (chunk) => {
      said += chunk;
      if (said.includes(word)) resolve(said);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => reject(new Error(`${command} ended: ${said}`)));
  });
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(await bench());
  process.exit(0);
}
