/** One coordinator a run: who holds it says so again and again, and what a dead one said runs out. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { holderKey } from "./keys.ts";
import { QueueError } from "./queue-error.ts";

const defaultHoldMs = 10_000;

/** Takes or keeps the hold: only one's own is renewed. */
const renewScript = `
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return ""`;
const releaseScript = `if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`;

export interface HoldOptions {
  /** who holds it, for people: host and process */
  readonly holder: string;
  /** a holder silent for so long is dead */
  readonly holdMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Holds a run until the result is called. Waits for a holder that has just died to be forgotten.
 * @throws QueueError when another holder is alive
 */
export async function holdRun(redis: Redis, run: string, options: HoldOptions): Promise<() => Promise<void>> {
  const { holder, holdMs = defaultHoldMs, signal } = options;
  const renew = async (): Promise<string> => String(await redis.eval(renewScript, 1, holderKey(run), holder, holdMs));
  const until = performance.now() + 1.5 * holdMs;
  for (;;) {
    const other = await renew();
    if (other === "") break;
    if (performance.now() > until) {
      throw new QueueError({
        problem: `${other} is at the same comparison`,
        mend: "Let it finish, or end it: what it has computed is taken up. With --rerun both compute on their own.",
      });
    }
    await sleep(holdMs / 10, undefined, { signal });
  }
  const timer = setInterval(() => void renew().catch(() => undefined), holdMs / 3);
  return async () => {
    clearInterval(timer);
    await redis.eval(releaseScript, 1, holderKey(run), holder);
  };
}
