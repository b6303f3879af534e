/**
 * What the gateway adds to a call. A fake endpoint, a bare node:http + undici pass-through and the gateway (router: text-linear, which
 * reads the text and needs no neural encoder) run in processes of their own, on the same cores as the load.
 * Latency: open loop, 500 requests/s, through the gateway less straight to the endpoint. Throughput: 32 connections in a closed loop,
 * as a ratio to the pass-through. Both are timed in alternation, in the same run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";

const self = fileURLToPath(import.meta.url);
const perSecond = 500;
const seconds = Number(process.env.GATEWAY_BENCH_SECONDS ?? 4);
const rounds = 2;
const connections = 32;

const chat = (model, text, stream) =>
  JSON.stringify({ model, messages: [{ role: "user", content: text }], ...(stream && { stream: true }) });
const short = "Prove that the square root of 2 is irrational, and say where the proof fails for 4.";
/** about 100,000 tokens */
const long = "All of the words of this sentence are short ones. ".repeat(9_000);

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const children = [];
  const start = async (role, options = {}) => {
    const child = spawn(process.execPath, [self, role, JSON.stringify({ folder, ...options })], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = await once(child.stdout, "data");
    return line.toString().trim();
  };
  try {
    const upstream = await start("upstream");
    const bare = await start("passthrough", { upstream });
    const gateway = await start("gateway", { upstream });
    return [...(await latencyRows(upstream, gateway)), ...(await throughputRows(bare, gateway))];
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function latencyRows(upstream, gateway) {
  const direct = [];
  const through = [];
  await paced(gateway, chat("auto", short), 1);
  for (let round = 0; round < rounds; round++) {
    direct.push(...(await paced(upstream, chat("m0", short), seconds)));
    through.push(...(await paced(gateway, chat("auto", short), seconds)));
  }
  const added = (share) => quantile(through, share) - quantile(direct, share);
  return [
    row("gateway, added p50 at 500 requests/s", added(0.5), 1, 1, "ms"),
    row("gateway, added p99 at 500 requests/s", added(0.99), 5, 1, "ms"),
  ];
}

async function throughputRows(bare, gateway) {
  const kinds = [
    { what: "whole answers", body: (model) => chat(model, short) },
    { what: "streamed answers", body: (model) => chat(model, short, true) },
    { what: "bodies of 100,000 tokens", body: (model) => chat(model, long) },
  ];
  const rows = [];
  for (const { what, body } of kinds) {
    const [ours, theirs] = [[], []];
    await closed(gateway, body("auto"), 0.5);
    for (let round = 0; round < rounds; round++) {
      theirs.push(await closed(bare, body("m0"), seconds / 2));
      ours.push(await closed(gateway, body("auto"), seconds / 2));
    }
    const target = what.startsWith("bodies") ? 4 : 1 / 0.6;
    rows.push(row(`gateway, ${what}`, Math.min(...ours), Math.min(...theirs), target, "µs/call"));
  }
  return rows;
}

function row(name, value, yardstick, target, unit) {
  return { name, value, yardstick, ratio: value / yardstick, target, unit };
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function post(pool, body) {
  const { statusCode, body: reply } = await pool.request({
    path: "/v1/chat/completions",
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const text = await reply.text();
  if (statusCode !== 200) throw new Error(`${statusCode}: ${text.slice(0, 300)}`);
}

/** Milliseconds of each call, sent at an even pace whatever becomes of the ones before. */
async function paced(url, body, forSeconds) {
  const pool = new Pool(url, { connections: 256 });
  const times = [];
  const calls = [];
  const started = performance.now();
  for (let sent = 0; sent < perSecond * forSeconds;) {
    const due = ((performance.now() - started) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const at = performance.now();
      calls.push(post(pool, body).then(() => times.push(performance.now() - at)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  await pool.close();
  return times;
}

/** Microseconds a call with all connections busy. */
async function closed(url, body, forSeconds) {
  const pool = new Pool(url, { connections });
  const started = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() - started < forSeconds * 1000) {
      await post(pool, body);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const microseconds = ((performance.now() - started) * 1000) / calls;
  await pool.close();
  return microseconds;
}

const message = { role: "assistant", content: "It is irrational: p² = 2q² would make both even." };
const usage = { prompt_tokens: 25, completion_tokens: 14, total_tokens: 39 };
const whole = JSON.stringify({
  id: "c",
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: "stop" }],
  usage,
});
const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const events = [
  chunk({ role: "assistant", content: "" }),
  ...message.content.split(" ").map((content) => chunk({ content })),
  chunk({}, "stop"),
  "data: [DONE]\n\n",
];

function listen(handler) {
  const server = createServer(handler);
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
}

const roles = {
  upstream() {
    listen((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        if (!Buffer.concat(parts).includes('"stream":true')) {
          response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(whole) });
          return response.end(whole);
        }
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const event of events) response.write(event);
        return response.end();
      });
    });
  },

  /** The least a gateway can do: the body is read and passed on, the answer piped. */
  passthrough({ upstream }) {
    const pool = new Pool(upstream, { connections: 256 });
    listen((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        const headers = { "content-type": "application/json" };
        const options = { path: request.url, method: "POST", headers, body: Buffer.concat(parts) };
        pool
          .stream({ ...options, opaque: response }, ({ statusCode, headers: said, opaque }) => {
            opaque.writeHead(statusCode, { "content-type": said["content-type"] });
            return opaque;
          })
          .catch(() => response.destroy());
      });
    });
  },

  async gateway({ upstream, folder }) {
    const [
      { fitForServing },
      { routerByName },
      { saveRouter },
      { openServing },
      { startGateway },
      { gatewaySettings },
      { openModels },
      { memoryState },
      { defaultStateOptions },
    ] = await Promise.all(
      [
        "experiment/fit-for-serving",
        "routers/registry",
        "experiment/artefact",
        "serving/serving-settings",
        "gateway/gateway",
        "gateway/config",
        "gateway/open-models",
        "gateway-state/memory-state",
        "gateway-state/state-options",
      ].map((path) => import(`../dist/${path}.js`)),
    );
    const { syntheticTable } = await import("./synthetic-table.mjs");
    const { promptMaker } = await import("./synthetic-prompts.mjs");
    const { seededRandom } = await import("../dist/math/random.js");
    const { table } = syntheticTable({ prompts: 2000, models: 20, datasets: 10, dimensions: 8, seed: 2 });
    const prompt = promptMaker(seededRandom("bench prompts"));
    const worded = { ...table, prompts: table.prompts.map(() => prompt(300)) };
    const fit = await fitForServing(worded, routerByName("text-linear"), { seed: 1, encoder: { kind: "ngram" } });
    await saveRouter(join(folder, "router"), { ...fit, encoderSpec: "ngram" });
    const settings = gatewaySettings({ listen: "127.0.0.1:0" });
    const names = table.models.map(({ id }) => id);
    const models = names.map((name) => ({ name, provider: "openai", model: name, baseUrl: `${upstream}/v1` }));
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: "bench", asOf: "2026-11-01" };
    const prices = { find: () => ({ price, origin: "signalbox.yaml" }), entries: () => [] };
    const opened = openModels({ models, gateway: settings }, { environment: {}, prices });
    const decider = await openServing({ fast: join(folder, "router") }, settings);
    const { state } = memoryState(defaultStateOptions);
    const gateway = await startGateway({ settings, models: opened.models, secrets: [], decider, state });
    console.log(gateway.url);
  },
};

const [, started, name, options = "{}"] = process.argv;
if (started === self && name in roles) await roles[name](JSON.parse(options));
else if (started === self) console.table(await bench(), ["name", "value", "yardstick", "ratio", "target"]);
