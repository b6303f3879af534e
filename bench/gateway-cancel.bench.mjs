/**
 * How long after a client has left its call ends at the endpoint: from the moment the client's socket is destroyed to the endpoint's
 * seeing its own closed. `signalbox serve` runs in a process of its own; client and endpoint share one clock. Each phase is tried in
 * turn, the endpoint silent in it for good. While a call waits for a connection the endpoint does not hear of it at all (cancel.test.ts).
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { soakGateway } from "./soak-gateway.mjs";

const tries = Number(process.env.CANCEL_BENCH_TRIES ?? 100);
const mostMs = 100;

const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x" }, finish_reason: null }] })}\n\n`;
const phases = {
  "before the first byte": { stream: false, begin: () => undefined },
  "in a whole answer": {
    stream: false,
    begin: (response) => response.writeHead(200, { "content-type": "application/json" }).write("{"),
  },
  "before the first token": {
    stream: true,
    begin: (response) => response.writeHead(200, { "content-type": "text/event-stream" }).write(": wait\n\n"),
  },
  "in a stream": {
    stream: true,
    begin: (response) => response.writeHead(200, { "content-type": "text/event-stream" }).write(chunk),
  },
};

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  let phase;
  let tell;
  const upstream = createServer((request, response) => {
    const told = tell;
    response.on("close", () => told.left(performance.now()));
    request.resume().on("end", () => {
      phase.begin(response);
      told.begun();
    });
  });
  await once(upstream.listen(0, "127.0.0.1"), "listening");
  let gateway;
  try {
    gateway = await soakGateway(folder, `http://127.0.0.1:${upstream.address().port}`);
    const rows = [];
    for (const [name, one] of Object.entries(phases)) {
      phase = one;
      const times = [];
      for (let i = 0; i < tries; i++) times.push(await left(gateway.url, one.stream, (heard) => (tell = heard)));
      const value = quantile(times, 0.99);
      rows.push({
        name: `gateway, a client that leaves ${name}, p99`,
        value,
        yardstick: mostMs,
        ratio: value / mostMs,
        target: 1,
        unit: "ms",
      });
    }
    return rows;
  } finally {
    await gateway?.close();
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the client's leaving to the endpoint's hearing of it. */
async function left(url, stream, listen) {
  const [begun, gone] = [promised(), promised()];
  listen({ begun: begun.resolve, left: gone.resolve });
  const body = JSON.stringify({ model: "auto", stream, messages: [{ role: "user", content: "x" }] });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.write(head + body);
  await begun.promise;
  // What the endpoint has begun to say is on its way to the gateway.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const at = performance.now();
  socket.destroy();
  return (await gone.promise) - at;
}

/** What Promise.withResolvers gives, which Node 20 lacks. */
function promised() {
  let resolve = () => undefined;
  const promise = new Promise((tell) => (resolve = tell));
  return { promise, resolve: (value) => resolve(value) };
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
