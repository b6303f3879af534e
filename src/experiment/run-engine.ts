/** Who computes the runs of a comparison when this process does not. The rest of a comparison does not know how. */
import type { NamedRouter } from "../routers/registry.ts";
import type { Compared } from "./run-identity.ts";
import type { KeptRun } from "./run-keeper.ts";

export interface SpreadWork extends Compared {
  readonly seeds: readonly number[];
  /** Whether finished runs are kept on disk: then a comparison that goes on finds what was computed meanwhile. */
  readonly isKept: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Whether a run is on disk since an earlier comparison. */
  readonly has: (seed: number, label: string) => boolean;
}

export interface RunEngine {
  start(work: SpreadWork): Promise<StartedRuns>;
}

export interface StartedRuns {
  /** Computes a run. @throws what its worker threw; the signal's reason when aborted */
  run(seed: number, named: NamedRouter, signal: AbortSignal): Promise<KeptRun>;
  /** The run is on disk, or need not be. */
  saved(seed: number, named: NamedRouter): void;
  /** Who is at it, for the progress line. */
  words(): string;
  /** `isDone`: no run is owed. */
  close(isDone: boolean): Promise<void>;
}
