/** Every kind of state a gateway can have, each opened twice on one store, as two replicas would; with a clock that is set by hand. */
import { onTestFinished } from "vitest";
import { join } from "node:path";
import type { OpenedState } from "../../src/gateway-state/embedded-state.ts";
import { folderState } from "../../src/gateway-state/folder-state.ts";
import { memoryState } from "../../src/gateway-state/memory-state.ts";
import { redisState } from "../../src/gateway-state/redis-state.ts";
import { defaultStateOptions } from "../../src/gateway-state/state-options.ts";
import type { StateOptions } from "../../src/gateway-state/state-options.ts";
import { noRedis, redisServer } from "./redis-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface HandClock {
  nowMs: number;
}

export interface Replicas {
  readonly one: OpenedState;
  /** the same store seen by another process; the same object where the kind keeps everything in one process */
  readonly other: OpenedState;
  readonly clock: HandClock;
}

export interface StateKind {
  readonly name: string;
  /** why it cannot be tried here */
  readonly absent: string | undefined;
  readonly open: (options?: Partial<StateOptions>) => Promise<Replicas>;
}

/** Noon, so that a day does not end by the way. */
export const noonMs = Date.parse("2026-11-28T12:00:00Z");

async function twice(open: () => Promise<OpenedState>): Promise<Pick<Replicas, "one" | "other">> {
  const [one, other] = [await open(), await open()];
  onTestFinished(async () => {
    await one.state.close();
    await other.state.close();
  });
  return { one, other };
}

export const stateKinds: readonly StateKind[] = [
  {
    name: "memory",
    absent: undefined,
    async open(options) {
      const clock = { nowMs: noonMs };
      const one = memoryState({ ...defaultStateOptions, ...options, now: () => clock.nowMs });
      onTestFinished(() => one.state.close());
      return await Promise.resolve({ one, other: one, clock });
    },
  },
  {
    name: "a folder (LMDB)",
    absent: undefined,
    async open(options) {
      const clock = { nowMs: noonMs };
      const folder = join(await temporaryFolder(), "state");
      const all = { ...defaultStateOptions, ...options, now: () => clock.nowMs };
      return { ...(await twice(() => folderState(folder, all))), clock };
    },
  },
  {
    name: "Redis",
    absent: noRedis,
    async open(options) {
      const clock = { nowMs: noonMs };
      const { url } = await redisServer();
      const all = { ...defaultStateOptions, ...options, now: () => clock.nowMs };
      const open = () => redisState({ url, password: undefined, clock: all.now }, all);
      return { ...(await twice(open)), clock };
    },
  },
];
