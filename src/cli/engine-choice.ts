/** Where a command's work is done: in this process, or by workers that take it from Redis. */
import { Option } from "commander";
import type { Command } from "commander";
import { redisPasswordVariable } from "../cache/open-cache.ts";
import { UsageError } from "../core/errors.ts";
import { anyNumber } from "./numbers.ts";

export interface EngineOptions {
  readonly engine?: "local" | "bullmq" | undefined;
  readonly redis?: string | undefined;
  /** seconds */
  readonly stalledAfter?: number | undefined;
}

/** Where Redis is, and how long a worker may be silent. */
export interface QueueChoice {
  readonly redis: string;
  readonly password: string | undefined;
  readonly stalledAfterMs: number;
}

const defaultStalledSeconds = 30;

/** Adds --engine, --redis and --stalled-after. */
export function withEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--engine <name>", "local: this process does the work; bullmq: `signalbox worker` does")
        .choices(["local", "bullmq"])
        .default("local"),
    )
    .addOption(redisOption())
    .option("--stalled-after <seconds>", "a worker silent for so long is taken for dead (default: 30)", anyNumber);
}

export function redisOption(): Option {
  return new Option(
    "--redis <url>",
    `redis://HOST:PORT; its password is best left to ${redisPasswordVariable} in the environment`,
  ).env("SIGNALBOX_REDIS");
}

/** Undefined for the local engine. @throws UsageError for bullmq without an address, or an address without bullmq */
export function queueChoice({
  engine = "local",
  redis,
  stalledAfter = defaultStalledSeconds,
}: EngineOptions): QueueChoice | undefined {
  if (engine === "local") return undefined;
  if (!(stalledAfter >= 1)) {
    const problem = `${stalledAfter} is too short`;
    throw new UsageError({
      problem,
      where: "--stalled-after",
      mend: "Give a second or more: workers need time to speak.",
    });
  }
  return { redis: requireRedis(redis), password: redisPassword(), stalledAfterMs: 1000 * stalledAfter };
}

/** @throws UsageError when none was given */
export function requireRedis(redis: string | undefined): string {
  if (redis !== undefined) return redis;
  throw new UsageError({
    problem: "no Redis is named",
    where: "--redis",
    mend: "Give its address: --redis redis://HOST:PORT, or SIGNALBOX_REDIS in the environment.",
  });
}

export function redisPassword(): string | undefined {
  return process.env[redisPasswordVariable];
}
