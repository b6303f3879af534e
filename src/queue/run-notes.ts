/** What a coordinator says to people of its workers: that there are none, or why some do not serve the run. */
import type { Redis } from "ioredis";
import type { CoordinatorOptions } from "./coordinator.ts";
import { refusalsKey } from "./keys.ts";
import type { OpenLane } from "./lanes.ts";

export interface RunNotes {
  /** What workers say of why they do not serve this run, each once. */
  refusals(): Promise<void>;
  /** Queues that nobody serves, of those where something is owed; whether there were any. */
  idle(wanted: ReadonlySet<string>): Promise<boolean>;
}

export function runNotes(
  redis: Redis,
  lanes: readonly OpenLane[],
  { run, info, onNote }: Pick<CoordinatorOptions, "run" | "info" | "onNote">,
): RunNotes {
  const told = new Set<string>();
  return {
    async refusals() {
      for (const [worker, reason] of Object.entries(await redis.hgetall(refusalsKey(run)))) {
        const text = `${worker} does not serve this run: ${reason}`;
        if (!told.has(text)) onNote?.(text);
        told.add(text);
      }
    },
    async idle(wanted) {
      const counts = await Promise.all(lanes.map(({ queue }) => queue.getWorkersCount()));
      // Workers of a comparison go from queue to queue: who serves one of them serves all.
      if (info.kind === "compare") {
        const isServed = counts.some((count) => count > 0);
        if (!isServed) onNote?.('no worker serves the comparison: start one with "signalbox worker"');
        return !isServed;
      }
      const idle = lanes.filter((lane, n) => wanted.has(lane.info.queue) && counts[n] === 0);
      for (const lane of idle) onNote?.(`no worker serves ${lane.info.label}: start one with "signalbox worker"`);
      return idle.length > 0;
    },
  };
}
