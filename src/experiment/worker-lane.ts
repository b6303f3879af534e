/** Lanes on worker threads, one thread each, over one table in shared memory. */
import { createPool } from "../parallel/worker-pool.ts";
import type { WorkerPool } from "../parallel/worker-pool.ts";
import type { Lane, LaneInput } from "./lane.ts";
import { shareTable, shareVectors } from "./share.ts";
import type { SeedTask } from "./share.ts";

type Shared = Pick<SeedTask, "table" | "vectors">;

/** Makes such lanes; the table is put into shared memory when the first of them begins. */
export function workerLanes(input: Omit<LaneInput, "signal">): (signal: AbortSignal | undefined) => Lane {
  let shared: Shared | undefined;
  const share = (): Shared =>
    (shared ??= { table: shareTable(input.table), vectors: shareVectors(input.encoder.vectors) });
  return (signal) => workerLane({ ...input, signal }, share);
}

/** A pool of one thread each, so that a lane's memory of its seed is its own. A lane without work starts no thread. */
function workerLane({ encoder, split, routers, signal }: LaneInput, share: () => Shared): Lane {
  const sent = routers.map(({ label, fixed }) => ({ label, fixed }));
  let pool: WorkerPool | undefined;
  const open = (): WorkerPool => (pool ??= createPool(new URL("./seed-worker.ts", import.meta.url), { threads: 1 }));
  return {
    prepare(seed) {
      const table = pool ? undefined : share().table;
      const task: SeedTask = { table, vectors: share().vectors, encoder: encoder.plan, split, routers: sent, seed };
      return open().run("prepare", task, { signal });
    },
    run: ({ label, fixed }) => open().run("run", { label, fixed }, { signal }),
    [Symbol.asyncDispose]: async () => pool?.close(),
  };
}
