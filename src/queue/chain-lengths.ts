/** How many jobs make a chain: few seconds of work go to one worker at a time, whether jobs take a millisecond or an hour. */
import type { LaneInfo } from "./run-info.ts";

export interface ChainLengths {
  /** jobs in a chain of the queue, at most */
  of(queue: string): number;
  /** Told that so many results of the queue came. */
  came(queue: string, results: number): void;
}

/** A chain should take about so long: then BullMQ's share is small, and no worker is long without work while another has some. */
const aimMs = 500;
const mostLinks = 32;
const windowMs = 100;

/** For jobs of which each takes its time. */
export const singleJobs: ChainLengths = { of: () => 1, came: () => undefined };

/**
 * By how fast results come: with `concurrency` jobs at hand, one takes concurrency / (results a millisecond). Where fewer are at
 * hand that is too long a guess, and makes chains shorter, never longer. The first go alone.
 */
export function pacedLengths(lanes: readonly LaneInfo[], now: () => number): ChainLengths {
  const flows = new Map(
    lanes.map(({ queue, concurrency }) => [queue, { concurrency, since: now(), results: 0, length: 1 }]),
  );
  return {
    of: (queue) => flows.get(queue)?.length ?? 1,
    came(queue, results) {
      const flow = flows.get(queue);
      if (!flow) return;
      flow.results += results;
      const passedMs = now() - flow.since;
      if (passedMs < windowMs) return;
      const jobMs = (flow.concurrency * passedMs) / flow.results;
      flow.length = Math.max(1, Math.min(mostLinks, Math.floor(aimMs / jobMs)));
      [flow.since, flow.results] = [now(), 0];
    },
  };
}
