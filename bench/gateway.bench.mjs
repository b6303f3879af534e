/**
 * What the gateway adds to a call. A fake endpoint, a bare node:http + undici pass-through and the gateway (router: text-linear, which
 * reads the text and needs no neural encoder) run in processes of their own, on the same cores as the load.
 * Latency: open loop, 500 requests/s, through the gateway less straight to the endpoint. Throughput: 32 connections in a closed loop,
 * as a ratio to the pass-through, and to @portkey-ai/gateway where it is installed (portkey-gateway.mjs). What is compared is timed
 * in alternation, in the same run, and warm: a gateway runs for weeks, and the first thousands of calls are compiled on the way.
 *
 * Beside the clock stands the processor time of the process itself, all its threads: load and endpoint share the cores, so by the clock
 * a call costs their work as well, which brings a ratio nearer to 1, and whatever else the machine does, which is noise.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { portkeyFolder, startPortkey } from "./portkey-gateway.mjs";

const self = fileURLToPath(import.meta.url);
const perSecond = 500;
const seconds = Number(process.env.GATEWAY_BENCH_SECONDS ?? 4);
const rounds = 2;
/** of what is compared with the pass-through: the median of them counts */
const pairs = 5;
/** seconds */
const warmUp = 3;
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
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    children.push(child);
    const [line] = await once(child.stdout, "data");
    return { url: line.toString().trim(), child };
  };
  try {
    const upstream = await start("upstream");
    const bare = await start("passthrough", { upstream: upstream.url });
    const gateway = await start("gateway", { upstream: upstream.url });
    const rows = [...(await latencyRows(upstream, gateway)), ...(await throughputRows(bare, gateway))];
    const { folder: portkey, reason } = portkeyFolder();
    if (reason) return [...rows, { name: "gateway, against @portkey-ai/gateway", skipped: reason }];
    for (const kind of ["whole", "streamed"]) {
      const theirs = await startPortkey(portkey, upstream.url, { streams: kind === "streamed" });
      children.push(theirs.child);
      rows.push(...(await portkeyRows(kind, upstream, theirs, gateway)));
      theirs.child.kill();
    }
    return rows;
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function latencyRows(upstream, gateway) {
  const direct = [];
  const through = [];
  await closed(gateway, chat("auto", short), warmUp);
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
    for (const target of [bare, gateway]) await closed(target, body(target === bare ? "m0" : "auto"), warmUp);
    const [ours, theirs] = [[], []];
    for (let pair = 0; pair < pairs; pair++) {
      const both = [
        async () => theirs.push(await worked(bare, body("m0"), seconds / 4)),
        async () => ours.push(await worked(gateway, body("auto"), seconds / 4)),
      ];
      // Who comes second may look dearer.
      for (const one of pair % 2 === 0 ? both : both.toReversed()) await one();
    }
    const target = what.startsWith("bodies") ? 4 : 1 / 0.6;
    const median = (runs, name) =>
      quantile(
        runs.map((run) => run[name]),
        0.5,
      );
    for (const [name, suffix] of [
      ["wall", ""],
      ["processor", ", processor time"],
    ])
      rows.push(row(`gateway, ${what}${suffix}`, median(ours, name), median(theirs, name), target, "µs/call"));
  }
  return rows;
}

/** So few that theirs does not queue. */
const portkeyPerSecond = 100;

async function portkeyRows(kind, upstream, portkey, gateway) {
  const isStream = kind === "streamed";
  const [ours, theirs] = [chat("auto", short, isStream), chat("m0", short, isStream)];
  for (const [target, body] of [
    [portkey, theirs],
    [gateway, ours],
  ])
    await closed(target, body, warmUp);
  const times = { upstream: [], portkey: [], gateway: [] };
  const calls = { portkey: [], gateway: [] };
  for (let round = 0; round < rounds; round++) {
    times.upstream.push(...(await paced(upstream, theirs, seconds / 2, portkeyPerSecond)));
    times.portkey.push(...(await paced(portkey, theirs, seconds / 2, portkeyPerSecond)));
    times.gateway.push(...(await paced(gateway, ours, seconds / 2, portkeyPerSecond)));
    calls.portkey.push(await closed(portkey, theirs, seconds / 2));
    calls.gateway.push(await closed(gateway, ours, seconds / 2));
  }
  const added = (who) => quantile(times[who], 0.5) - quantile(times.upstream, 0.5);
  const name = `gateway and @portkey-ai/gateway, ${kind} answers`;
  return [
    row(name, Math.min(...calls.gateway), Math.min(...calls.portkey), 1 / 5, "µs/call"),
    row(`${name}, added p50`, added("gateway"), added("portkey"), 0.4, "ms"),
  ];
}

function row(name, value, yardstick, target, unit) {
  return { name, value, yardstick, ratio: value / yardstick, target, unit };
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function post(pool, body, headers) {
  const { statusCode, body: reply } = await pool.request({
    path: "/v1/chat/completions",
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await reply.text();
  if (statusCode !== 200) throw new Error(`${statusCode}: ${text.slice(0, 300)}`);
}

/** Milliseconds of each call, sent at an even pace whatever becomes of the ones before. */
async function paced({ url, headers }, body, forSeconds, rate = perSecond) {
  const pool = new Pool(url, { connections: 256 });
  const times = [];
  const calls = [];
  const started = performance.now();
  for (let sent = 0; sent < rate * forSeconds;) {
    const due = ((performance.now() - started) / 1000) * rate;
    for (; sent < due; sent++) {
      const at = performance.now();
      calls.push(post(pool, body, headers).then(() => times.push(performance.now() - at)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  await pool.close();
  return times;
}

/** Microseconds a call by the clock, and of the process's own work. */
async function worked(target, body, forSeconds) {
  const before = await processorUs(target);
  let calls = 0;
  const wall = await closed(target, body, forSeconds, () => calls++);
  return { wall, processor: ((await processorUs(target)) - before) / calls };
}

async function processorUs({ child }) {
  child.send("usage");
  const [{ user, system }] = await once(child, "message");
  return user + system;
}

/** Microseconds a call with all connections busy. */
async function closed({ url, headers }, body, forSeconds, onCall = () => undefined) {
  const pool = new Pool(url, { connections });
  const started = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() - started < forSeconds * 1000) {
      await post(pool, body, headers);
      calls++;
      onCall();
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

  /**
   * The least a gateway can do: the body is read and passed on, the answer piped. It asks by undici's `stream`, which is made for this.
   * The length that the endpoint says is passed on: without it a whole answer went out in chunks, more work than the gateway's own.
   * Of a stream's pieces those of one packet leave in one system call, as the gateway's do, each with three buffers.
   */
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
            const length = said["content-length"];
            opaque.writeHead(statusCode, {
              "content-type": said["content-type"],
              ...(length !== undefined && { "content-length": length }),
            });
            return opaque;
          })
          .catch(() => response.destroy());
      });
    });
  },

  async gateway(options) {
    const { serveTextLinear } = await import("./gateway-under-test.mjs");
    console.log(await serveTextLinear(options));
  },
};

const [, started, name, options = "{}"] = process.argv;
if (started === self && name in roles) {
  process.on("message", () => process.send(process.cpuUsage()));
  await roles[name](JSON.parse(options));
} else if (started === self) console.table(await bench(), ["name", "value", "yardstick", "ratio", "target"]);
