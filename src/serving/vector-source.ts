/**
 * A text's vector while a client waits. The offline encoder answers at once, in this thread. A local model runs in worker
 * threads, an endpoint over the network; for both there is a deadline, and a bound on how many texts may wait, since a queue
 * that only grows makes every request late. What is late or fails is said, and a named fallback decides (fallback-policy.ts).
 */
import { InterruptedError } from "../core/errors.ts";
import { createPool } from "../parallel/worker-pool.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import type { Standby } from "./choose-served.ts";
import { openNamedEncoder } from "./query-encoder.ts";
import type { SavedEncoder } from "./query-encoder.ts";

/** A vector [d], or why there is none. */
export type VectorOutcome = Float32Array | Extract<Standby["why"], "encoder-deadline" | "encoder-failed">;

export interface VectorSource {
  /** whether vectors come at once, and no signal is looked at */
  readonly isImmediate: boolean;
  /** At once where the encoder can. @throws InterruptedError when the signal aborts. */
  vector(text: string, signal: AbortSignal): VectorOutcome | Promise<VectorOutcome>;
  close(): Promise<void>;
}

export interface VectorSourceOptions {
  readonly deadlineMs: number;
  /** worker threads for a local model */
  readonly threads: number;
  /** texts that may wait for a vector at the same time */
  readonly mostWaiting: number;
}

const nothing = new Float32Array(0);

/** Opens what the saved router needs. @throws as `openNamedEncoder`, here and not at the first request. */
export async function openVectorSource(saved: SavedRouter, options: VectorSourceOptions): Promise<VectorSource> {
  const { encoder, fitted, encoderSpec } = saved;
  const close = (): Promise<void> => Promise.resolve();
  if (!fitted.embedding) return { isImmediate: true, vector: () => nothing, close };
  if (encoder) return { isImmediate: true, vector: (text) => encoder.encodeOne(text), close };
  const named = { encoderSpec, embedding: fitted.embedding };
  return isLocalModel(encoderSpec) ? await inWorkers(named, options) : await inThisThread(named, options);
}

type Encode = (text: string, signal: AbortSignal) => Promise<Float32Array>;

function isLocalModel(spec: string | null): boolean {
  return spec !== null && /^(?:transformers:|\{.*"kind"\s*:\s*"transformers")/.test(spec);
}

/** @throws what opening the encoder throws. */
export async function inWorkers(saved: SavedEncoder, options: VectorSourceOptions): Promise<VectorSource> {
  const pool = createPool(new URL("./encode-worker.ts", import.meta.url), { threads: options.threads });
  // A thread is not ended for a late text: it would take its loaded model along.
  const encode: Encode = (text) => pool.run("encode", { saved, text });
  try {
    // As many as there are threads: each that is free takes one, and loads the encoder before the first text comes.
    await Promise.all(Array.from({ length: options.threads }, () => pool.run("open", { saved })));
  } catch (error) {
    await pool.close();
    throw error;
  }
  return { isImmediate: false, vector: withDeadline(encode, options), close: () => pool.close() };
}

async function inThisThread(saved: SavedEncoder, options: VectorSourceOptions): Promise<VectorSource> {
  const opened = await openNamedEncoder(saved, { cache: false });
  const encode: Encode = async (text, signal) => (await opened.encoder.encode([text], { signal })).data;
  return { isImmediate: false, vector: withDeadline(encode, options), close: () => opened.close() };
}

/** The vector within the deadline; texts beyond those that may wait are late at once. */
export function withDeadline(
  encode: Encode,
  { deadlineMs, mostWaiting }: Pick<VectorSourceOptions, "deadlineMs" | "mostWaiting">,
): VectorSource["vector"] {
  let waiting = 0;
  return async (text, signal) => {
    if (waiting >= mostWaiting) return "encoder-deadline";
    waiting++;
    const stop = new AbortController();
    const work = encode(text, stop.signal).finally(() => waiting--);
    try {
      return await firstOf(work, deadlineMs, signal);
    } finally {
      stop.abort();
    }
  };
}

/** @throws InterruptedError when `signal` aborts first. */
function firstOf(work: Promise<Float32Array>, deadlineMs: number, signal: AbortSignal): Promise<VectorOutcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => resolve("encoder-deadline")), deadlineMs);
    const interrupted = (): void =>
      settle(() => reject(new InterruptedError({ problem: "the decision was interrupted", cause: signal.reason })));
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupted);
      end();
    };
    work.then(
      (vector) => settle(() => resolve(vector)),
      () => settle(() => resolve("encoder-failed")),
    );
    if (signal.aborted) interrupted();
    else signal.addEventListener("abort", interrupted, { once: true });
  });
}
