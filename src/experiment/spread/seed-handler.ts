/** Computes the runs of one seed, on one or more lanes that have encoded it. */
import type { NamedRouter } from "../../routers/registry.ts";
import type { JobHandler } from "../../queue/job-handler.ts";
import type { Lane } from "../lane.ts";
import type { KeptRun } from "../run-keeper.ts";
import type { SeedFacts } from "../seed-run.ts";
import { doneResult, failedResult } from "./run-result.ts";
import { jobSchema } from "./setup.ts";

export interface SeedHandlerOptions {
  readonly lanes: number;
  readonly openLane: (signal: AbortSignal) => Lane;
  /** those of the comparison */
  readonly routers: readonly NamedRouter[];
  /** what this worker is called in reports of progress */
  readonly worker: string;
  readonly onClosed: () => void;
}

/** Without another job for so long, the lanes are better used for another seed. */
const idleMs = 1000;
/** The first may take its time: a connection is made for it. */
const firstJobMs = 5000;

export function seedHandler({ lanes, openLane, routers, worker, onClosed }: SeedHandlerOptions): JobHandler {
  const stop = new AbortController();
  const free = Array.from({ length: lanes }, () => new SeedLane(openLane(stop.signal)));
  const all = [...free];
  const waiting: ((lane: SeedLane) => void)[] = [];
  let lastAt = performance.now() + firstJobMs - idleMs;
  const take = async (): Promise<SeedLane> =>
    free.pop() ?? (await new Promise<SeedLane>((resolve) => waiting.push(resolve)));
  const giveBack = (lane: SeedLane): void => {
    lastAt = performance.now();
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  };
  return {
    concurrency: lanes,
    isIdle: () => free.length === lanes && performance.now() - lastAt > idleMs,
    async handle(_job, data, signal) {
      signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
      const lane = await take();
      try {
        return doneResult(worker, await lane.run(data, routers));
      } catch (error) {
        // Given back, not failed: another worker takes it.
        signal.throwIfAborted();
        return failedResult(worker, error);
      } finally {
        giveBack(lane);
      }
    },
    async close() {
      await Promise.all(all.map((lane) => lane.close()));
      onClosed();
    },
  };
}

/** A lane that has one seed in its life: what that takes to prepare is done before its first run. */
class SeedLane {
  readonly #lane: Lane;
  #facts: Promise<SeedFacts> | undefined;

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  async run(data: string, routers: readonly NamedRouter[]): Promise<KeptRun> {
    const { seed, label } = jobSchema.parse(JSON.parse(data));
    const named = routers.find((router) => router.label === label);
    if (!named) throw new Error(`no router "${label}" in the comparison`);
    this.#facts ??= this.#lane.prepare(seed);
    const facts = await this.#facts;
    return { run: await this.#lane.run(named), facts };
  }

  async close(): Promise<void> {
    await this.#lane[Symbol.asyncDispose]();
  }
}
