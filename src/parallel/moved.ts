/** For worker files: results whose buffers are moved to the caller instead of copied. */
import { Piscina } from "piscina";

/** Marks a worker's result so that `buffers` are moved. The caller of `WorkerPool.run` receives `result` itself. */
export function moved<Result extends object>(result: Result, buffers: readonly ArrayBuffer[]): Result {
  return Piscina.move({
    get [Piscina.transferableSymbol]() {
      return buffers;
    },
    get [Piscina.valueSymbol]() {
      return result;
    },
  } as unknown as ArrayBuffer) as unknown as Result;
}
