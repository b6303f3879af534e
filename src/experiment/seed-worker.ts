/** Runs one seed on a worker thread. */
import { job } from "../parallel/job.ts";
import { planEmbedding } from "./embed-table.ts";
import { runSeed } from "./seed-run.ts";
import type { SeedRun } from "./seed-run.ts";
import { reviveRouters, reviveTable } from "./share.ts";
import type { SeedTask } from "./share.ts";

/** The worker's one job. */
export const run = job(async ({ table, vectors, encoder, split, routers, seed }: SeedTask): Promise<SeedRun> => {
  const revived = reviveTable(table);
  const embedRows = planEmbedding(revived, encoder, vectors, seed);
  return runSeed(revived, embedRows, { split, routers: reviveRouters(routers), seed });
});
