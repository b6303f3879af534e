/** What a coordinator says to people of its workers: that there are none, or why some do not serve the run. */
import type { Redis } from "ioredis";
import type { CoordinatorOptions } from "./coordinator-options.ts";
import { refusalsKey } from "./keys.ts";
import type { OpenLane } from "./lanes.ts";
import type { Owed } from "./owed.ts";

export interface RunNotes {
  /** What workers say of why they do not serve this run, each once. */
  refusals(): Promise<void>;
  /** Results came in. */
  news(): void;
  /** Which queues nobody serves, of those where something is owed; asked when nothing has come in for a while. */
  idle(owed: readonly Pick<Owed, "queue">[]): Promise<void>;
}

const noteAfterMs = 10_000;

export function runNotes(
  redis: Redis,
  lanes: readonly OpenLane[],
  { run, info, onNote }: Pick<CoordinatorOptions, "run" | "info" | "onNote">,
): RunNotes {
  const told = new Set<string>();
  let lastNews = performance.now();
  const note = (text: string): void => {
    onNote?.(text);
    lastNews = performance.now();
  };
  return {
    async refusals() {
      for (const [worker, reason] of Object.entries(await redis.hgetall(refusalsKey(run)))) {
        const text = `${worker} does not serve this run: ${reason}`;
        if (!told.has(text)) onNote?.(text);
        told.add(text);
      }
    },
    news() {
      lastNews = performance.now();
    },
    async idle(owed) {
      if (owed.length === 0 || performance.now() - lastNews < noteAfterMs) return;
      const counts = await Promise.all(lanes.map(({ queue }) => queue.getWorkersCount()));
      // Workers of a comparison go from queue to queue: who serves one of them serves all.
      if (info.kind === "compare") {
        const isServed = counts.some((count) => count > 0);
        if (!isServed) note('no worker serves the comparison: start one with "signalbox worker"');
        return;
      }
      const wanted = new Set(owed.map(({ queue }) => queue));
      const idle = lanes.filter((lane, n) => wanted.has(lane.info.queue) && counts[n] === 0);
      for (const lane of idle) note(`no worker serves ${lane.info.label}: start one with "signalbox worker"`);
    },
  };
}
