/**
 * What a worker does with the runs of comparisons: takes their data, and computes on threads of its own. A seed's queue is served
 * by some of them; when it has run dry they are free for another's.
 */
import type { Redis } from "ioredis";
import { jobPrefix } from "../../queue/keys.ts";
import type { LaneInfo, RunInfo } from "../../queue/run-info.ts";
import { takeBytes } from "../../queue/shared-bytes.ts";
import type { NotNow } from "../../queue/worker.ts";
import type { JobHandler } from "../../queue/job-handler.ts";
import { workerLanes } from "../worker-lane.ts";
import { seedHandler } from "./seed-handler.ts";
import type { SeedHandlerOptions } from "./seed-handler.ts";
import { computingDiffers, setupSchema, unpacked } from "./setup.ts";

export interface RunHandlerOptions {
  /** runs at once in this process; 0 = it serves no comparison */
  readonly threads: number;
  /** the folder that the coordinator shares, as seen from here */
  readonly share?: string | undefined;
  /** what this worker is called in reports of progress */
  readonly worker: string;
}

type Opener = (run: RunInfo, lane: LaneInfo) => Promise<JobHandler | NotNow | undefined>;

/** The data of one comparison, ready for lanes. */
interface Held extends Pick<SeedHandlerOptions, "openLane" | "routers"> {
  readonly sha256: string;
}

/** Opens the handler of a seed's queue; undefined for another kind of run. */
export function runHandlers(redis: Redis, { threads, share, worker }: RunHandlerOptions): Opener {
  const served = new Set<string>();
  let busy = 0;
  let held: Held | undefined;
  const openLanesOf = async ({ setup }: RunInfo): Promise<Held | NotNow> => {
    const parsed = setupSchema.safeParse(parsedJson(setup));
    if (!parsed.success) return notNow("it is put up by another version of signalbox, which this one does not read");
    const { by, data } = parsed.data;
    const why = computingDiffers(by);
    if (why !== undefined) return notNow(why);
    if (held?.sha256 === data.sha256) return held;
    const bytes = await takeBytes(redis, data, share);
    if (typeof bytes === "string") return notNow(bytes);
    const input = unpacked(bytes);
    if (!input) return notNow(`its data were packed by a Node.js that ${process.version}, the one here, does not read`);
    held = { sha256: data.sha256, openLane: workerLanes(input), routers: input.routers };
    return held;
  };
  return async (run, lane) => {
    if (run.kind !== "compare" || threads === 0) return undefined;
    const queues = run.lanes.map(({ queue }) => queue).filter((queue) => !served.has(queue));
    const best = busy < threads ? await mostWanted(redis, queues) : undefined;
    if (best?.queue !== lane.queue) return { status: "not-now" };
    const opened = await openLanesOf(run);
    if ("status" in opened) return opened;
    const own = Math.max(1, Math.floor((threads - busy) / best.open));
    busy += own;
    served.add(lane.queue);
    const onClosed = (): void => {
      busy -= own;
      served.delete(lane.queue);
    };
    return seedHandler({ ...opened, lanes: own, worker, onClosed });
  };
}

function notNow(reason: string): NotNow {
  return { status: "not-now", reason };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A queue that nobody is at, else the one with most waiting; `open` = how many have something waiting. */
async function mostWanted(
  redis: Redis,
  queues: readonly string[],
): Promise<{ readonly queue: string; readonly open: number } | undefined> {
  const loads = await Promise.all(
    queues.map(async (queue) => {
      const [waiting, active] = await Promise.all([
        redis.llen(`${jobPrefix}:${queue}:wait`),
        redis.llen(`${jobPrefix}:${queue}:active`),
      ]);
      return { queue, waiting, active };
    }),
  );
  const open = loads.filter(({ waiting }) => waiting > 0);
  const [best] = open.toSorted((a, b) => Number(a.active > 0) - Number(b.active > 0) || b.waiting - a.waiting);
  return best && { queue: best.queue, open: open.length };
}
