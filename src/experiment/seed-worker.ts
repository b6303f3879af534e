/** A lane on a worker thread: it holds one prepared seed and runs that seed's routers one by one. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import { job } from "../parallel/job.ts";
import { planEmbedding } from "./embed-table.ts";
import { prepareSeed, runRouter } from "./seed-run.ts";
import type { PreparedSeed, RouterRun, SeedFacts } from "./seed-run.ts";
import { reviveRouters, reviveTable } from "./share.ts";
import type { SeedTask, SentRouter } from "./share.ts";

let table: OutcomeTable | undefined;
let prepared: PreparedSeed | undefined;

/** Takes a seed up; what the lane held before is let go. */
export const prepare = job(async (task: SeedTask): Promise<SeedFacts> => {
  if (task.table) table = reviveTable(task.table);
  if (!table) throw new Error("the first task of a lane brings the table");
  prepared = undefined;
  const embedRows = planEmbedding(table, task.encoder, task.vectors, task.seed);
  const { split, seed } = task;
  prepared = await prepareSeed(table, embedRows, { split, routers: reviveRouters(task.routers), seed });
  return prepared.facts;
});

/** Runs one router on the seed that is held. */
export const run = job(async (sent: SentRouter): Promise<RouterRun> => {
  const [named] = reviveRouters([sent]);
  if (!prepared || !named) throw new Error("no seed was prepared");
  return runRouter(named, prepared);
});
