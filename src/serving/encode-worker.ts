/** Runs in a worker thread: opens a local encoder once and gives vectors, so that a model at work holds up no request. */
import { job } from "../parallel/job.ts";
import { openNamedEncoder } from "./query-encoder.ts";
import type { QueryVectors, SavedEncoder } from "./query-encoder.ts";

export interface EncodeTask {
  readonly saved: SavedEncoder;
  readonly text: string;
}

const opened = new Map<string, ReturnType<typeof openNamedEncoder>>();

/** Loads the encoder ahead of the first text. */
export const open = job(async ({ saved }: Pick<EncodeTask, "saved">): Promise<void> => {
  await encoderOf(saved);
});

export const encode = job(async ({ saved, text }: EncodeTask): Promise<QueryVectors["data"]> => {
  const { encoder } = await encoderOf(saved);
  return (await encoder.encode([text])).data;
});

function encoderOf(saved: SavedEncoder): ReturnType<typeof openNamedEncoder> {
  const name = saved.encoderSpec ?? "";
  const opening = opened.get(name) ?? openNamedEncoder(saved, { cache: false });
  opened.set(name, opening);
  return opening;
}
