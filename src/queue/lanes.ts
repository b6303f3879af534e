/** BullMQ's queues of a run, the coordinator's end. */
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { jobPrefix } from "./keys.ts";
import { loadBullMq } from "./load-bullmq.ts";
import type { LaneInfo } from "./run-info.ts";

export interface OpenLane {
  readonly info: LaneInfo;
  readonly queue: Queue;
}

export async function openLanes(redis: Redis, lanes: readonly LaneInfo[]): Promise<OpenLane[]> {
  const { Queue: BullQueue } = await loadBullMq();
  return lanes.map((info) => {
    const queue = new BullQueue(info.queue, { connection: redis, prefix: jobPrefix });
    // Lost connections are waited for; without a listener they would end the process.
    queue.on("error", () => undefined);
    return { info, queue };
  });
}

interface Job {
  readonly queue: string;
  readonly job: string;
  readonly data: string;
}

/** Puts jobs up; one that is up already stays as it is. Closed jobs leave nothing behind: their results stand elsewhere. */
export async function putUp(lanes: readonly OpenLane[], jobs: readonly Job[]): Promise<void> {
  for (const { info, queue } of lanes) {
    const own = jobs.filter((job) => job.queue === info.queue);
    if (own.length === 0) continue;
    await queue.addBulk(
      own.map(({ job, data }) => ({
        name: "job",
        data,
        opts: { jobId: job, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }
}
