/** What a coordinator is told. */
import type { ChainLengths } from "./chain-lengths.ts";
import type { RunInfo } from "./run-info.ts";

export interface CoordinatorOptions {
  /** stays the same when the run goes on after a stop: results kept for it are found by this name */
  readonly run: string;
  readonly info: RunInfo;
  /** Whether the result of a job is on disk since an earlier run: then what is kept of it goes. */
  readonly isSaved: (job: string) => boolean;
  /** how many jobs go to a worker at a time, one after the other; one when left out */
  readonly lengths?: ChainLengths | undefined;
  /** how often what is owed is compared with what Redis holds */
  readonly checkMs?: number | undefined;
  /** Told what a user can mend: that no worker serves a queue. */
  readonly onNote?: ((text: string) => void) | undefined;
}
