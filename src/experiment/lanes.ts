/** Where the runs of a comparison are computed: on this thread, or on one worker thread a lane. */
import { planEmbedding } from "./embed-table.ts";
import { prepareSeed, runRouter } from "./seed-run.ts";
import type { PreparedSeed } from "./seed-run.ts";
import { workerLanes } from "./worker-lane.ts";
import type { Lane, LaneInput } from "./lane.ts";

/** `threads` lanes; 0 or 1 gives one on this thread. */
export function openLanes(input: LaneInput, threads: number): Lane[] {
  if (threads <= 1) return [ownLane(input)];
  const open = workerLanes(input);
  return Array.from({ length: threads }, () => open(input.signal));
}

function ownLane({ table, encoder, split, routers, signal }: LaneInput): Lane {
  let prepared: PreparedSeed | undefined;
  return {
    async prepare(seed) {
      prepared = undefined;
      const embedRows = planEmbedding(table, encoder.plan, encoder.vectors, seed, signal);
      prepared = await prepareSeed(table, embedRows, { split, routers, seed, signal });
      return prepared.facts;
    },
    async run(named) {
      // Give the abort signal and progress messages a turn between fits.
      await new Promise((resolve) => setImmediate(resolve));
      return runRouter(named, prepared!);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
