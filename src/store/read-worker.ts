/** Worker file: reads a group of result files. */
import { moved } from "../parallel/moved.ts";
import { readBatch } from "./read-batch.ts";
import type { Batch, BatchTask } from "./read-batch.ts";
import { columnBuffers } from "./record-columns.ts";

/** Called by the pool in read-files.ts. */
export async function readBatchInWorker(task: BatchTask): Promise<Batch> {
  const batch = await readBatch(task);
  return moved(batch, columnBuffers(batch.columns));
}
