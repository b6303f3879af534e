/** Worker threads for independent work. A thin wrapper on piscina that finds the built worker file and closes itself. */
import { pathToFileURL } from "node:url";
import { Piscina } from "piscina";
import { InterruptedError } from "../core/errors.ts";
import { builtFile } from "./built-file.ts";
import { resultOf } from "./job.ts";

export interface WorkerPool extends AsyncDisposable {
  readonly threads: number;
  /**
   * Runs the worker file's exported function `name` on `task` and gives its result.
   * Both are cloned, buffers in `transfer` are moved.
   * @throws InterruptedError when `signal` aborts (the thread is ended); what the function throws otherwise.
   */
  run<Result>(name: string, task: unknown, options?: RunOptions): Promise<Result>;
  /** Ends all threads. Tasks still queued or running are dropped. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/**
 * A pool over the worker file at `workerUrl`, written beside the caller as
 * `new URL("./x-worker.ts", import.meta.url)`. Sources run the built twin in `dist`, built code its neighbour.
 * @throws PrerequisiteError when the built file is absent.
 */
export function createPool(workerUrl: URL, { threads }: { readonly threads: number }): WorkerPool {
  const pool = new Piscina({
    filename: pathToFileURL(builtFile(workerUrl)).href,
    minThreads: threads,
    maxThreads: threads,
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= pool.destroy());
  pool.on("error", (error: Error) => {
    // A thread that finishes its task while the pool closes answers to nobody; that is no error of anyone's.
    if (closed === undefined) throw error;
  });
  return {
    threads,
    close,
    [Symbol.asyncDispose]: close,
    async run<Result>(name: string, task: unknown, { signal, transfer }: RunOptions = {}): Promise<Result> {
      try {
        const transferList = transfer ? [...transfer] : [];
        return resultOf((await pool.run(task, { name, transferList, ...(signal && { signal }) })) as Result);
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError({ problem: "the work was interrupted", cause: error });
        throw error;
      }
    },
  };
}
