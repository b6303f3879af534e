/** A Redis of its own for a test: started on a free port, in memory only, stopped when the test is over. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** Why tests that need one are skipped; undefined where it is installed (Debian: redis-server). */
export const noRedis =
  spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "redis-server is not installed";

export interface RedisServer {
  /** "redis://127.0.0.1:PORT" */
  readonly url: string;
  /** Ends it at once; what it held is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
}

/** Starts one. @param options further options, e.g. ["--requirepass", "secret"] */
export async function redisServer(options: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      child = undefined;
    },
    async start() {
      const always = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      child = spawn("redis-server", [...always, ...options], { stdio: ["ignore", "pipe", "inherit"] });
      await ready(child);
    },
  };
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

async function ready(child: ChildProcess): Promise<void> {
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes("Ready to accept connections")) {
    if (child.exitCode !== null) throw new Error(`redis-server ended: ${said}`);
    // oxlint-disable-next-line no-await-in-loop -- it says when it is ready
    await sleep(5);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
