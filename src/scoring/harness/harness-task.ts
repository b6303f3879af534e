/** One task as an official harness left it. */
export interface HarnessTask {
  readonly id: string;
  /** what the task asks, where the results or a file of tasks tell */
  readonly query: string;
  /** the outcome as the data set's scorer reads it; undefined: not tried */
  readonly report: object | undefined;
  /** of the agent, USD; NaN = not known */
  readonly costUsd: number;
}

/** The results of one model, tasks in the order of the data set, tried or not. */
export interface HarnessResults {
  /** of ours, by id */
  readonly dataset: "swe-bench" | "tau2-bench";
  readonly split: string;
  /** as the results name it; "" when they do not */
  readonly model: string;
  /** version or commit of the harness; "" when it is not told: only results of one version can be compared */
  readonly version: string;
  readonly tasks: readonly HarnessTask[];
  /** whether `tasks` are all of the set; else only those that were evaluated */
  readonly isWhole: boolean;
}
