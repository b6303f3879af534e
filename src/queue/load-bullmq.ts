/** BullMQ, loaded on use: most commands need none. */
import type * as BullMq from "bullmq";
import { PrerequisiteError } from "../core/errors.ts";

export async function loadBullMq(): Promise<typeof BullMq> {
  try {
    return await import("bullmq");
  } catch (cause) {
    throw new PrerequisiteError({
      problem: "jobs on many machines need BullMQ, which could not be loaded",
      mend: "Run: npm install bullmq",
      cause,
    });
  }
}
