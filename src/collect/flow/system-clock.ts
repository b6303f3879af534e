/** The machine's own clock, for what waits in earnest. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./rate-limiter.ts";

export const systemClock: Clock = {
  now: () => performance.now(),
  async wait(milliseconds, signal) {
    await sleep(milliseconds, undefined, { ...(signal && { signal }) }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};
