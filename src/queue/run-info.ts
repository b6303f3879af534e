/** What a coordinator tells workers of its run. It stands in Redis and holds no key: workers have their own. */
import { z } from "zod";

const lane = z.object({
  queue: z.string().describe("BullMQ's queue of these jobs"),
  label: z.string().describe("for people"),
  /** what a worker must have to serve it, e.g. which model at which endpoint */
  needs: z.string(),
  /** jobs under way at once, by all workers together */
  concurrency: z.int().positive(),
});

export const runInfoSchema = z.object({
  kind: z.enum(["collect", "compare"]),
  /** a worker that is silent for so long is taken for dead */
  lockMs: z.number().positive(),
  lanes: z.array(lane),
  /** of the kind, as text: what every job of the run shares */
  setup: z.string(),
});

export type RunInfo = z.infer<typeof runInfoSchema>;
export type LaneInfo = RunInfo["lanes"][number];
