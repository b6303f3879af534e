/**
 * Comparing over workers that are processes of their own, with a real Redis: whoever computes, and whoever is killed, the report
 * is that of a comparison on one machine, byte for byte but for the times.
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectRedis } from "../src/queue/connect-redis.ts";
import { signalbox } from "./support/command-line.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import type { RedisServer } from "./support/redis-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";
import type { CommandProcess } from "./support/worker-process.ts";

/** Processes start slowly where many do. */
const patience = { timeout: 120_000 };
const routers = "knn,linear,avengers";
/** three routers and the four reference lines, under two seeds */
const allRuns = 14;

const rows = Array.from({ length: 150 }, (_, i) =>
  [0, 1, 2].map(
    (j) => `what is ${i} times ${(i * 7) % 13} in ring ${i % 3},m${j},${(i + j) % 3 === 0 ? 1 : 0},0.00${j + 1}`,
  ),
);
const csv = `prompt,model,score,cost\n${rows.flat().join("\n")}\n`;

interface Site {
  readonly folder: string;
  readonly server: RedisServer;
  readonly redis: Redis;
  readonly worker: (...more: readonly string[]) => CommandProcess;
  /** the arguments of a comparison over workers, its report in `json` */
  readonly args: (json: string, ...more: readonly string[]) => string[];
}

async function site(): Promise<Site> {
  const folder = await temporaryFolder();
  const server = await redisServer();
  const redis = await connectRedis(server.url);
  onTestFinished(() => redis.disconnect());
  await writeFile(join(folder, "results.csv"), csv);
  const common = ["compare", "results.csv", "--routers", routers, "--seeds", "1,2", "--cache", "cache"];
  const spread = ["--engine", "bullmq", "--redis", server.url, "--stalled-after", "2"];
  return {
    folder,
    server,
    redis,
    worker: (...more) =>
      startCommand(["worker", "--redis", server.url, "--poll", "0.1", "--threads", "1", ...more], folder),
    args: (json, ...more) => [...common, ...spread, "--json", json, ...more],
  };
}

/** The bytes of a report, but for what was timed and where its runs came from. */
async function timeless(path: string): Promise<string> {
  const report: unknown = JSON.parse(await readFile(path, "utf8"), (key, value: unknown) =>
    ["fitSeconds", "decisionMicros", "keptRuns", "kept"].includes(key) ? null : value,
  );
  return JSON.stringify(report);
}

let onOneMachine: Promise<string> | undefined;

/** What one machine says; computed once. */
function local(): Promise<string> {
  return (onOneMachine ??= compareLocally());
}

async function compareLocally(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "results.csv"), csv);
  const args = ["compare", "results.csv", "--routers", routers, "--seeds", "1,2", "--no-cache", "--quiet"];
  const { code, stderr } = await signalbox([...args, "--json", "local.json"], { cwd: folder });
  expect(code, stderr).toBe(0);
  return await timeless(join(folder, "local.json"));
}

async function activeRuns(redis: Redis): Promise<number> {
  const queues = await redis.keys("signalbox:jobs:*:active");
  const counts = await Promise.all(queues.map((queue) => redis.llen(queue)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Keys that do not run out by themselves, as what a killed worker claimed does. */
async function keysThatStay(redis: Redis): Promise<string[]> {
  const keys = await redis.keys("*");
  const leftMs = await Promise.all(keys.map((key) => redis.pttl(key)));
  return keys.filter((_, i) => leftMs[i] === -1);
}

function keptRuns(folder: string): number {
  const runs = join(folder, "cache", "runs");
  return existsSync(runs) ? readdirSync(runs).filter((name) => name.endsWith(".run")).length : 0;
}

/** Halts a worker in the middle of a run. */
async function haltedAtWork({ child }: CommandProcess, redis: Redis): Promise<void> {
  await until(async () => {
    child.kill("SIGSTOP");
    if ((await activeRuns(redis)) > 0) return true;
    child.kill("SIGCONT");
    return false;
  });
}

/** Ends a worker in the middle of a run. */
async function killedAtWork(worker: CommandProcess, redis: Redis): Promise<void> {
  const { child, ended } = worker;
  await haltedAtWork(worker, redis);
  child.kill("SIGKILL");
  await ended;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
  while (!(await isSo())) await sleep(5);
}

describe.skipIf(noRedis)("comparing over workers", patience, () => {
  test("with a worker killed at a run, gives the report of one machine byte for byte, and leaves nothing in Redis", async () => {
    const { folder, redis, worker, args } = await site();
    const comparing = startCommand(args("out.json"), folder);
    const doomed = worker();
    await until(() => keptRuns(folder) > 0);
    await killedAtWork(doomed, redis);
    expect(keptRuns(folder)).toBeLessThan(allRuns);
    const heirs = [worker(), worker()];
    expect(await comparing.ended, comparing.said()).toBe(0);
    expect(await timeless(join(folder, "out.json"))).toBe(await local());
    expect(heirs.map(({ said }) => said()).join()).toContain("serving seed");
    expect(await keysThatStay(redis)).toEqual([]);
  });

  test("goes on when Redis comes back empty in the middle, its data and what is owed put there again", async () => {
    const { folder, server, redis, worker, args } = await site();
    const comparing = startCommand(args("out.json"), folder);
    const working = worker();
    await until(() => keptRuns(folder) > 0);
    await haltedAtWork(working, redis);
    expect(keptRuns(folder)).toBeLessThan(allRuns);
    await server.stop();
    await server.start();
    working.child.kill("SIGCONT");
    expect(await comparing.ended, comparing.said()).toBe(0);
    expect(await timeless(join(folder, "out.json"))).toBe(await local());
  });

  test("that was killed itself goes on where it stopped, with what workers have finished meanwhile", async () => {
    const { folder, redis, worker, args } = await site();
    const first = startCommand(args("never.json"), folder);
    worker();
    await until(() => keptRuns(folder) > 0);
    first.child.kill("SIGKILL");
    await first.ended;
    const before = keptRuns(folder);
    expect(before).toBeLessThan(allRuns);
    // What ten seconds do: a dead coordinator's hold runs out.
    const holders = await redis.keys("signalbox:holder:*");
    expect(holders).toHaveLength(1);
    await redis.del(...holders);
    const next = await signalbox(args("out.json"), { cwd: folder });
    expect(next.code, next.stderr).toBe(0);
    expect(next.stdout).toMatch(new RegExp(`${before} of ${allRuns} runs were kept from an earlier comparison`));
    expect(await timeless(join(folder, "out.json"))).toBe(await local());
  });

  test("takes the data from a folder that both see, and says what a worker lacks who was not told of it", async () => {
    const { folder, worker, args } = await site();
    const comparing = startCommand(args("out.json", "--share", folder), folder);
    const untold = worker();
    await until(() => /does not serve this run: its data are in a shared folder: start/.test(comparing.said()));
    expect(untold.said()).toMatch(/not serving a comparison: its data are in a shared folder/);
    worker("--share", folder);
    expect(await comparing.ended, comparing.said()).toBe(0);
    expect(await timeless(join(folder, "out.json"))).toBe(await local());
    expect(readdirSync(folder).filter((name) => name.endsWith(".table"))).toEqual([]);
  });

  test("needs a Redis that answers, and says so before it reads data", async () => {
    const unreachable = ["--engine", "bullmq", "--redis", "redis://127.0.0.1:1"];
    const { code, stderr } = await signalbox(["compare", "nowhere.csv", ...unreachable]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Redis cannot be reached/);
  });
});
