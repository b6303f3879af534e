/**
 * How fast calls are collected, in how much memory, and how fast a stopped run is taken up again.
 * Yardstick of the speed: a bare undici client at the same concurrency, in the same run, that posts the same requests and parses
 * what comes back, but neither journals nor paces nor prices. Both are timed from the first call to the last answer; what is
 * written at the end of a run is not calls. The simulated provider answers both from a process of its own.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeSync, openSync, closeSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const concurrency = 64;
const rounds = 3;
const speedCalls = 20_000;
const memoryCalls = 200_000;
const scan = { models: 20, prompts: 50_000 };

export async function bench() {
  const provider = spawn(process.execPath, [self, "provider"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(provider.stdout, "data");
    const url = line.toString().trim();
    return [...speedRows(url), ...memoryRows(url), scanRow()];
  } finally {
    provider.kill();
  }
}

function speedRows(url) {
  return [
    { what: "whole answers", how: { stream: false } },
    { what: "streamed answers", how: { stream: true } },
    { what: "whole answers, kept", how: { stream: false, cache: true } },
  ].map(({ what, how }) => {
    const [ours, bare] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(role("bare", { url, calls: speedCalls, ...how }).microseconds);
      ours.push(role("collect", { url, calls: speedCalls, ...how }).microseconds);
    }
    return row(`collect, ${what}`, median(ours), median(bare), 1 / 0.7, "µs/call");
  });
}

function memoryRows(url) {
  const { peakMiB, growthMiB } = role("collect", { url, calls: memoryCalls, stream: false });
  return [
    row("collect 200,000 calls, peak memory", peakMiB, 500, 1, "MiB"),
    row("collect 200,000 calls, growth over the calls after the first quarter", growthMiB, 100, 1, "MiB"),
  ];
}

function scanRow() {
  const { seconds } = role("scan", {});
  return row("taking up 1,000,000 calls", seconds, 10, 1, "s");
}

function row(name, value, yardstick, target, unit) {
  return { name, value, yardstick, ratio: value / yardstick, target, unit };
}

function role(name, options) {
  const child = spawnSync(process.execPath, [self, name, JSON.stringify(options)], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout.trim().split("\n").at(-1));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const filler = "p".repeat(300);

const roles = {
  async provider() {
    const { startSimulator } = await import("../dist/simulate/chat-server.js");
    const { simulationSchema } = await import("../dist/simulate/script.js");
    console.log((await startSimulator(simulationSchema.parse({ promptsPerDomain: 10 }))).baseUrl);
  },

  async bare({ url, calls, stream }) {
    const { Agent, request } = await import("undici");
    const dispatcher = new Agent({ connections: concurrency });
    const headers = { "content-type": "application/json" };
    const started = performance.now();
    const usedBefore = process.cpuUsage();
    let next = 0;
    const worker = async () => {
      while (next < calls) {
        const messages = [{ role: "user", content: `${next++} ${filler}` }];
        const body = JSON.stringify({ model: "m", messages, max_tokens: 100, ...(stream && { stream: true }) });
        const reply = await request(`${url}/chat/completions`, { dispatcher, method: "POST", headers, body });
        const text = await reply.body.text();
        if (!stream) JSON.parse(text);
        else
          for (const event of text.split("\n\n"))
            if (event !== "" && event !== "data: [DONE]") JSON.parse(event.slice("data: ".length));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const microseconds = ((performance.now() - started) * 1000) / calls;
    report({ microseconds, processor: processorSince(usedBefore) / calls });
    await dispatcher.close();
  },

  async collect({ url, calls, stream, cache: isCached }) {
    const { collect } = await import("../dist/collect/collect.js");
    const { openCache } = await import("../dist/cache/open-cache.js");
    const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
    const { config, datasets } = plan({ url, models: 4, prompts: calls / 4, stream });
    const { cache } = isCached ? await openCache(join(folder, "answers")) : {};
    let [done, quarterMiB, peakMiB, started, ended, usedBefore, used] = [0, 0, 0, 0, 0, undefined, 0];
    await collect(config, datasets, {
      output: join(folder, "out"),
      environment: {},
      allowUnpriced: false,
      ...(cache && { cache: { cache, isOptional: false } }),
      onPlan: () => ([started, usedBefore] = [performance.now(), process.cpuUsage()]),
      onOutcome() {
        ended = performance.now();
        if (++done === calls) used = processorSince(usedBefore);
        if (done % 5000 !== 0) return;
        peakMiB = Math.max(peakMiB, process.memoryUsage.rss() / 2 ** 20);
        if (done <= calls / 4) quarterMiB = peakMiB;
      },
    });
    const microseconds = ((ended - started) * 1000) / calls;
    // The peak of a whole run comes after the calls, when its files are written: that is no growth from call to call.
    const growthMiB = peakMiB - quarterMiB;
    report({ microseconds, processor: used / calls, peakMiB: process.resourceUsage().maxRSS / 1024, growthMiB });
    await cache?.close();
    rmSync(folder, { recursive: true });
  },

  /** Until the first call could go out; then it is stopped. */
  async scan() {
    const { collect } = await import("../dist/collect/collect.js");
    const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
    const { config, datasets } = plan({ url: "http://127.0.0.1:9", ...scan, stream: false });
    await writeJournal(join(folder, "out"), config, datasets);
    const stop = new AbortController();
    const started = performance.now();
    let seconds = NaN;
    const onPlan = (open) => {
      seconds = (performance.now() - started) / 1000;
      const left = typeof open === "number" ? open : [...open.values()].reduce((sum, count) => sum + count, 0);
      if (left !== 0) throw new Error(`${left} calls are still to be made`);
      stop.abort();
    };
    const how = { environment: {}, allowUnpriced: false, signal: stop.signal, onPlan };
    await collect(config, datasets, { output: join(folder, "out"), ...how }).catch((error) => {
      if (error.name !== "InterruptedError") throw error;
    });
    report({ seconds });
    rmSync(folder, { recursive: true });
  },
};

/** Microseconds of processor time, all threads. */
function processorSince(before) {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function report(found) {
  console.log(JSON.stringify(found));
}

function plan({ url, models, prompts, stream }) {
  const names = Array.from({ length: models }, (_, i) => `m${i}`);
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: "bench", asOf: "2026-11-01" };
  const run = { samples: 1, retries: 0, connectSeconds: 10, firstByteSeconds: 60, idleSeconds: 60, totalSeconds: 90 };
  const config = {
    schemaVersion: 1,
    output: "out",
    cacheOptional: false,
    datasets: [{ id: "bench", split: "test", path: "none" }],
    models: names.map((name) => ({
      name,
      provider: "openai",
      model: name,
      baseUrl: url,
      stream,
      parameters: { maxOutputTokens: 100 },
      concurrency: concurrency / models,
    })),
    prices: Object.fromEntries(names.map((name) => [name, price])),
    run,
  };
  const placed = Array.from({ length: prompts }, (_, i) => ({
    dataset: "bench",
    split: "test",
    index: i + 1,
    text: `${i} ${filler}`,
  }));
  return { config, datasets: [{ config: config.datasets[0], prompts: placed }] };
}

/** A line for every planned call, as long as those of short answers are. */
async function writeJournal(output, config, datasets) {
  const { plannedPlaces } = await import("../dist/collect/engine/plan.js");
  const { lineOf } = await import("../dist/collect/journal/record.js");
  mkdirSync(output, { recursive: true });
  const file = openSync(join(output, "journal.jsonl"), "w");
  const usage = {
    inputTokens: 80,
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: 9,
    reasoningTokens: NaN,
  };
  const completion = { text: "The answer is B.", finishReason: "stop", servedModel: "m", usage, requestId: "sim-1" };
  const times = { reportedCostUsd: NaN, firstTokenMs: 12.345678, latencyMs: 23.456789 };
  const money = { costUsd: 0.000089, costSource: "priced", attempts: 1, cached: false, at: "2026-11-28T12:00:00.000Z" };
  for (const model of config.models) {
    const lines = [];
    for (const { key, prompt, sample } of plannedPlaces(model, datasets[0], 1)) {
      const place = { dataset: prompt.dataset, split: prompt.split, index: prompt.index, model: model.name, sample };
      const answer = { requestedModel: model.model, completion: { ...completion, ...times }, ...money };
      lines.push(`${lineOf({ key, status: "done", ...place, ...answer })}\n`);
    }
    writeSync(file, lines.join(""));
  }
  closeSync(file);
}

const [, started, name, options = "{}"] = process.argv;
if (started === self && name in roles) await roles[name](JSON.parse(options));
else if (started === self) console.table(await bench(), ["name", "value", "yardstick", "ratio", "target"]);
