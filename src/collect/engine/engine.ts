/** Where the calls of a run are made: the one thing in which engines differ is the callers they give. */
import type { CollectConfig, ModelConfig } from "../config-schema.ts";
import type { Caller } from "./caller.ts";

export interface CallEngine {
  /** Prepares a run. Refuses what cannot work (a key that is not set, a Redis that is not there) before anything is written. */
  open(config: CollectConfig): Promise<OpenEngine>;
}

export interface StartedRun {
  /** the run's folder, which is there */
  readonly output: string;
  /** Whether the call's answer stands in the journal since an earlier run. */
  readonly isSaved: (key: string) => boolean;
}

export interface OpenEngine {
  /** Begins, once the journal is this process's; gives the caller of each model. */
  start(run: StartedRun): Promise<(model: ModelConfig) => Caller>;
  /** `isDone`: every call of the plan has its outcome in the journal. */
  close(isDone: boolean): Promise<void>;
}
