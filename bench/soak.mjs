/**
 * npm run soak -- [--minutes 30] [--per-second 200] [--fault-every 20] [--json]
 *
 * The gateway under an even load, half of it streams, while one attempt in twenty at the endpoint goes wrong. At the end the books of
 * the client, the endpoint, the metrics and the spend log must say the same: no answer lost, none doubled, every fault accounted
 * for. Memory: the slope of the resident set's floor, the least of each minute, after the first quarter, which is warm-up; a peak is
 * a queue of calls on a busy machine, and no leak. Judged from ten minutes on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { soakGateway } from "./soak-gateway.mjs";
import { soakUpstream } from "./soak-upstream.mjs";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    "per-second": { type: "string", default: "200" },
    "fault-every": { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const options = {
  minutes: Number(given.minutes),
  perSecond: Number(given["per-second"]),
  faultEvery: Number(given["fault-every"]),
};
const mostSlopeMiB = 1;
const leastMinutes = 10;

for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => process.exit(130));
const folder = mkdtempSync(join(tmpdir(), "signalbox-soak-"));
try {
  const result = await soak(folder, options);
  if (given.json) console.log(JSON.stringify(result));
  else for (const line of report(result)) console.log(line);
  if (result.checks.some(({ holds }) => !holds)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function soak(place, { minutes, perSecond, faultEvery }) {
  const upstream = await soakUpstream(faultEvery);
  const gateway = await soakGateway(place, upstream.url);
  const memory = [];
  const sample = () => memory.push({ minute: performance.now() / 60_000, mib: gateway.rssBytes() / 2 ** 20 });
  const sampling = setInterval(sample, Math.min(5000, minutes * 1000));
  try {
    const client = await load(gateway.url, { calls: Math.round(minutes * 60 * perSecond), perSecond });
    sample();
    clearInterval(sampling);
    const metrics = metricsOf(await (await fetch(`${gateway.url}/metrics`)).text());
    await gateway.close();
    const spend = gateway.spendLines().map((line) => JSON.parse(line));
    const floors = floorOf(memory);
    const slopeMiB = slope(floors.slice(Math.floor(floors.length / 4)));
    const books = { client, upstream, metrics, spend };
    const checks = [...accounts(books), ...(minutes >= leastMinutes ? [memoryCheck(slopeMiB)] : [])];
    const { answered, cut, failed } = client;
    const rssMiB = {
      first: memory[0]?.mib,
      last: memory.at(-1)?.mib,
      most: Math.max(...memory.map(({ mib }) => mib)),
      floors: floors.map(({ mib }) => Math.round(mib)),
    };
    const { faults, attempts } = upstream;
    return {
      minutes,
      perSecond,
      calls: client.sent,
      answered,
      cut,
      failed,
      attempts,
      faults,
      rssMiB,
      slopeMiB,
      checks,
    };
  } finally {
    clearInterval(sampling);
    await gateway.close();
    upstream.close();
  }
}

/** Sends at an even pace whatever becomes of the calls before, and looks at every answer. */
async function load(url, { calls, perSecond }) {
  const pool = new Pool(url, { connections: 512 });
  const client = { sent: 0, answered: 0, cut: 0, failed: 0, lost: [], ids: [], answeredNumbers: [] };
  const pending = new Set();
  const started = performance.now();
  while (client.sent < calls) {
    const due = Math.min(calls, ((performance.now() - started) / 1000) * perSecond);
    while (client.sent < due) {
      const call = one(pool, client.sent++, client);
      pending.add(call);
      void call.finally(() => pending.delete(call));
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  await pool.close();
  return client;
}

async function one(pool, number, client) {
  const isStream = number % 2 === 1;
  const messages = [{ role: "user", content: `#${number}# Prove that the square root of 2 is irrational.` }];
  const body = JSON.stringify({ model: "auto", messages, ...(isStream && { stream: true }) });
  const headers = { "content-type": "application/json" };
  try {
    const reply = await pool.request({ path: "/v1/chat/completions", method: "POST", headers, body });
    const text = await reply.body.text();
    if (reply.statusCode !== 200) client.failed++;
    else if (isStream && text.includes('"error":')) client.cut++;
    else if (isStream ? isWholeStream(text, number) : text.includes(`this is #${number}#`)) {
      client.answered++;
      client.answeredNumbers.push(number);
      client.ids.push(reply.headers["x-signalbox-request-id"]);
    } else client.lost.push(`${number}: ${text.slice(0, 200)}`);
  } catch (error) {
    client.lost.push(`${number}: ${error.message}`);
  }
}

function isWholeStream(text, number) {
  return text.includes(`"#${number}#"`) && text.endsWith("data: [DONE]\n\n");
}

/** { "signalbox_requests_total": [{ labels, value }] } */
function metricsOf(text) {
  const found = {};
  for (const [, name, labels, value] of text.matchAll(/^(\w+)\{(.*)\} (\S+)$/gm))
    (found[name] ??= []).push({ labels, value: Number(value) });
  return found;
}

function accounts({ client, upstream, metrics, spend }) {
  const total = (name, label = "") =>
    (metrics[name] ?? []).filter(({ labels }) => labels.includes(label)).reduce((sum, { value }) => sum + value, 0);
  const counted = (outcome) => total("signalbox_requests_total", `outcome="${outcome}"`);
  const faults = Object.values(upstream.faults).reduce((sum, count) => sum + count, 0);
  const doubled = [...upstream.answers].filter(([, times]) => times > 1);
  const unanswered = client.answeredNumbers.filter((number) => !upstream.answers.has(number));
  const served = spend.filter((line) => line.served).map(({ requestId }) => requestId);
  const same = (what, is, should) => ({ what, holds: is === should, is, should });
  return [
    {
      what: "no answer is lost or another's",
      holds: client.lost.length === 0,
      is: client.lost.slice(0, 5),
      should: [],
    },
    same("each call has one end", client.answered + client.cut + client.failed, client.sent),
    {
      what: "no call is answered twice by the endpoint",
      holds: doubled.length === 0,
      is: doubled.slice(0, 5),
      should: [],
    },
    same("every answer is the endpoint's", unanswered.length, 0),
    same("no answer of the endpoint is dropped", upstream.answers.size, client.answered),
    same("metrics: calls", total("signalbox_requests_total"), client.sent),
    same("metrics: answered", counted("answered"), client.answered),
    same("metrics: cut", counted("cut"), client.cut),
    same("metrics: failed", counted("failed"), client.failed),
    same(
      "every fault is a failed attempt or a cut stream",
      total("signalbox_upstream_failures_total") + counted("cut"),
      faults,
    ),
    same("streams that were cut", client.cut, upstream.faults["cut stream"] ?? 0),
    same("spend log: answers", served.length, client.answered),
    same("spend log: one line each", new Set(served).size, served.length),
    same("spend log: of these answers", new Set([...served, ...client.ids]).size, client.answered),
  ];
}

function memoryCheck(slopeMiB) {
  const what = `the resident set grows by at most ${mostSlopeMiB} MiB a minute`;
  return { what, holds: slopeMiB <= mostSlopeMiB, is: slopeMiB, should: mostSlopeMiB };
}

/** The least of each minute. */
function floorOf(samples) {
  const least = new Map();
  for (const { minute, mib } of samples) {
    const whole = Math.floor(minute);
    least.set(whole, Math.min(mib, least.get(whole) ?? Infinity));
  }
  return [...least].map(([minute, mib]) => ({ minute, mib }));
}

/** MiB a minute, by least squares. */
function slope(samples) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ mib }) => mib))];
  const over = samples.reduce((sum, { minute, mib }) => sum + (minute - x) * (mib - y), 0);
  return over / samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
}

function report({ checks, faults, rssMiB, slopeMiB, ...counts }) {
  const rounded = (value) => Number(value.toFixed(2));
  return [
    `${counts.calls} calls at ${counts.perSecond}/s: ${counts.answered} answered, ${counts.cut} cut, ${counts.failed} failed; ${counts.attempts} attempts`,
    `faults: ${Object.entries(faults)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
    `resident set: ${rounded(rssMiB.first)} MiB first, ${rounded(rssMiB.last)} last, ${rounded(rssMiB.most)} most; ${rounded(slopeMiB)} MiB a minute after warm-up; floors ${rssMiB.floors.join(" ")}`,
    ...checks.map(({ what, holds, is, should }) =>
      holds
        ? `ok   ${what}: ${JSON.stringify(is)}`
        : `MISS ${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`,
    ),
  ];
}
