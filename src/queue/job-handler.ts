/** What does the jobs of one queue. */

/** What does the jobs of one queue. */
export interface JobHandler {
  /** jobs at once, in this process */
  readonly concurrency: number;
  /**
   * The result. What it throws ends the worker's work on the job, and another one begins it. `begunBefore`: so many workers have begun
   * it before, and were lost or stopped over it.
   */
  handle(job: string, data: string, signal: AbortSignal, begunBefore: number): Promise<Uint8Array>;
  /** Whether it has had nothing to do for a while: then it makes room, and is opened again when there is work. */
  readonly isIdle?: (() => boolean) | undefined;
  close(): Promise<void>;
}
