/** Which jobs Redis has forgotten, after a restart without its memory or because worker after worker died over them. */
import type { Redis } from "ioredis";
import type { Owed } from "./coordinator.ts";
import { claimKey, jobPrefix } from "./keys.ts";

/** So long a worker has time to say that it is at a job which Redis has forgotten. */
const longestGraceMs = 5000;

/** Those that Redis holds neither as a job nor as a worker's claim, and has not for a while. Marks the others in `owed`. */
export async function findMissing(redis: Redis, owed: readonly Owed[], lockMs: number): Promise<Owed[]> {
  if (owed.length === 0) return [];
  const asked = redis.pipeline();
  for (const { queue, job } of owed) asked.exists(`${jobPrefix}:${queue}:${job}`).exists(claimKey(queue, job));
  const answers = (await asked.exec()) ?? [];
  const now = performance.now();
  return owed.filter((one, i) => {
    const [jobAnswer, claimAnswer] = [answers[2 * i], answers[2 * i + 1]];
    if (jobAnswer?.[1] !== 0 || claimAnswer?.[1] !== 0) {
      one.missingSince = undefined;
      return false;
    }
    one.missingSince ??= now;
    if (now - one.missingSince < Math.min(lockMs, longestGraceMs)) return false;
    one.missingSince = undefined;
    return true;
  });
}
