/** Lets so much work run at a time; what comes above waits its turn, in order. */
export type Place = <Result>(work: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>;

export function slots(most: number): Place {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work, signal) => {
    signal?.throwIfAborted();
    if (busy >= most) await new Promise<void>((wake) => waiting.push(wake));
    else busy++;
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      // The place goes on to the one who waited longest, or becomes free.
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
