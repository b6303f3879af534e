/** Worker file: reads a group of result files. Called by the pool in read-files.ts. */
export { readBatch } from "./read-batch.ts";
