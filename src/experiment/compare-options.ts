/** What a comparison is told. */
import type { Router } from "../core/router.ts";
import type { EncoderChoice } from "./embed-table.ts";
import type { RecordedRouters } from "./recorded-routers.ts";
import type { RunEngine } from "./run-engine.ts";
import type { SplitOptions } from "./split-options.ts";

export interface CompareOptions {
  readonly split: SplitOptions;
  readonly seeds: readonly number[];
  /**
   * Names as in `avengers` or `avengers/reference`, or router values of your own (these run on one thread); the four
   * reference lines are always added. Absent: all, but those that need costs where the pool has none.
   */
  readonly routers?: readonly (string | Router)[] | undefined;
  /** Options fixed by the user, per router name. */
  readonly routerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Overrides the best single model picked on the training part. */
  readonly bestSingle?: string | undefined;
  readonly encoder: EncoderChoice;
  /** Hosted routers recorded on the same prompts: shown beside the pool, in nothing computed from it. */
  readonly recorded?: RecordedRouters | undefined;
  readonly name: string;
  readonly warnings: readonly string[];
  readonly reproduce: string;
  readonly draws?: number | undefined;
  /** A folder where finished runs are kept, so that a stopped comparison goes on; absent: nothing is kept. */
  readonly keepIn?: string | undefined;
  /** Compute all runs anew, though some are kept. */
  readonly rerun?: boolean | undefined;
  /** Worker threads; 0 = on this thread. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** Computes the runs instead of this process's threads, to the same bytes; router values of your own cannot be sent. */
  readonly engine?: RunEngine | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}
