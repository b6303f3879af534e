/** Which jobs Redis has forgotten, after a restart without its memory or because worker after worker died over them. */
import type { Redis } from "ioredis";
import { claimKey, jobPrefix } from "./keys.ts";
import type { Owed } from "./owed.ts";

/** So long a worker has time to say that it is at a job which Redis has forgotten. */
const longestGraceMs = 5000;

/** Those that Redis holds neither in a chain nor as a worker's claim, and has not for a while. Marks the others in `owed`. */
export async function findMissing(redis: Redis, owed: readonly Owed[], lockMs: number): Promise<Owed[]> {
  const carried = await standing(redis, owed, ({ queue, carrier }) => `${jobPrefix}:${queue}:${carrier}`);
  const adrift = owed.filter((one) => !carried(one));
  const claimed = await standing(redis, adrift, ({ queue, job }) => claimKey(queue, job));
  const now = performance.now();
  return owed.filter((one) => {
    if (carried(one) || claimed(one)) {
      one.missingSince = undefined;
      return false;
    }
    one.missingSince ??= now;
    if (now - one.missingSince < Math.min(lockMs, longestGraceMs)) return false;
    one.missingSince = undefined;
    return true;
  });
}

/** Whether the key of one stands in Redis; each key is asked about once. */
async function standing(
  redis: Redis,
  owed: readonly Owed[],
  keyOf: (one: Owed) => string,
): Promise<(one: Owed) => boolean> {
  const keys = [...new Set(owed.map(keyOf))];
  const asked = redis.pipeline();
  for (const key of keys) asked.exists(key);
  const answers = keys.length === 0 ? [] : ((await asked.exec()) ?? []);
  // An error is no word that it is gone.
  const gone = new Set(keys.filter((_, i) => answers[i]?.[1] === 0));
  return (one) => !gone.has(keyOf(one));
}
