/** A job that was put up and has no result yet. */
export interface Owed {
  readonly queue: string;
  readonly job: string;
  readonly data: string;
  readonly finish: (result: Buffer) => void;
  readonly fail: (error: unknown) => void;
  /** when it is aborted, nobody waits for the result any more */
  readonly signal: AbortSignal | undefined;
  /** BullMQ's name of what it was put up in */
  carrier: string;
  /** Whether it goes up alone: it kept others waiting, or cost a worker its life. */
  isAlone: boolean;
  /** when Redis was first seen without it */
  missingSince: number | undefined;
  /** how often it was put up anew */
  again: number;
}
