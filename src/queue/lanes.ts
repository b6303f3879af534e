/** BullMQ's queues of a run, the coordinator's end. */
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { carrierOf } from "./chain.ts";
import type { Chain, Link } from "./chain.ts";
import type { ChainLengths } from "./chain-lengths.ts";
import { jobIdOf, jobPrefix } from "./keys.ts";
import { loadBullMq } from "./load-bullmq.ts";
import type { Owed } from "./owed.ts";
import type { LaneInfo } from "./run-info.ts";

export interface OpenLane {
  readonly info: LaneInfo;
  readonly queue: Queue<Chain>;
}

export async function openLanes(redis: Redis, lanes: readonly LaneInfo[]): Promise<OpenLane[]> {
  const { Queue: BullQueue } = await loadBullMq();
  return lanes.map((info) => {
    const queue = new BullQueue<Chain>(info.queue, { connection: redis, prefix: jobPrefix });
    // Lost connections are waited for; without a listener they would end the process.
    queue.on("error", () => undefined);
    return { info, queue };
  });
}

/**
 * Takes back what an earlier coordinator has put up and nobody has begun.
 * @returns what workers are at: the job's name → that of what it was put up in
 */
export async function takeBack(lanes: readonly OpenLane[]): Promise<Map<string, string>> {
  const carriers = new Map<string, string>();
  for (const { queue, info } of lanes) {
    await queue.drain();
    // Waiting now is only what a worker has just given back.
    for (const { id, data } of await queue.getJobs(["active", "wait"]))
      for (const [job] of data) if (id !== undefined) carriers.set(jobIdOf(info.queue, job), id);
  }
  return carriers;
}

/** Puts jobs up in chains; one that is up alone already stays as it is. Closed ones leave nothing behind: their results stand elsewhere. */
export async function putUp(lanes: readonly OpenLane[], jobs: readonly Owed[], lengths: ChainLengths): Promise<void> {
  for (const { info, queue } of lanes) {
    const own = jobs.filter((job) => job.queue === info.queue);
    if (own.length === 0) continue;
    await queue.addBulk(
      inChains(own, lengths.of(info.queue)).map((chain) => {
        const data = chain.map((owed): Link => [owed.job, owed.data]);
        const jobId = carrierOf(data);
        for (const owed of chain) owed.carrier = jobId;
        return { name: "chain", data, opts: { jobId, removeOnComplete: true, removeOnFail: true } };
      }),
    );
  }
}

/** No chain is a burden to Redis, however long its prompts are. */
const mostCharacters = 1 << 16;

/** As even as can be, none longer than `most` jobs; nor than so many characters, if it is more than one. */
function inChains(jobs: readonly Owed[], most: number): Owed[][] {
  const together = jobs.filter(({ isAlone }) => !isAlone);
  const even = Math.ceil(together.length / Math.ceil(together.length / most));
  const chains: Owed[][] = jobs.filter(({ isAlone }) => isAlone).map((job) => [job]);
  let [chain, characters]: [Owed[], number] = [[], 0];
  for (const job of together) {
    const isFull = chain.length >= even || characters + job.data.length > mostCharacters;
    if (chain.length === 0 || isFull) {
      [chain, characters] = [[], 0];
      chains.push(chain);
    }
    chain.push(job);
    characters += job.data.length;
  }
  return chains;
}
