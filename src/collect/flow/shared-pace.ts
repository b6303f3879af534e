/**
 * One pace for all workers that ask an endpoint: the rate limiter's schedule, kept in Redis and moved on by one script at a
 * time. Redis's clock is everybody's. A Redis that forgets it begins a fresh minute.
 */
import type { Redis } from "ioredis";
import { bucketShapes, halvingEveryMs, longestPauseMs, paceRecovery, slowestPace } from "./bucket-shapes.ts";
import type { BucketShape, RateLimits } from "./bucket-shapes.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { Clock, Pace } from "./rate-limiter.ts";

/** The state is let go when nobody has asked for so long. */
const forgottenAfterSeconds = 3600;
/** Without limits there is only the pause after a 429 to know of: looked up so often. */
const lookEveryMs = 100;

const state = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function read(field, default) return tonumber(redis.call('HGET', KEYS[1], field)) or default end
local function write(field, value) redis.call('HSET', KEYS[1], field, string.format('%.6f', value)) end
local pace = read('pace', 1)
redis.call('EXPIRE', KEYS[1], ${forgottenAfterSeconds})
`;

/** ARGV: for each bucket its name, units, milliseconds a unit, burst in milliseconds. Gives milliseconds to wait, and the pace. */
const acquireScript = `${state}
local wait = read('pausedUntil', 0) - now
for i = 1, #ARGV, 4 do wait = math.max(wait, read(ARGV[i], 0) - ARGV[i + 3] - now) end
if wait <= 0 then
  for i = 1, #ARGV, 4 do write(ARGV[i], math.max(read(ARGV[i], 0), now) + ARGV[i + 1] * ARGV[i + 2] / pace) end
end
return { math.max(0, math.ceil(wait)), tostring(pace) }`;

/** ARGV: for each bucket its name and the milliseconds, at full pace, that a call took more than was guessed. */
const settleScript = `${state}
for i = 1, #ARGV, 2 do write(ARGV[i], read(ARGV[i], 0) + ARGV[i + 1] / pace) end`;

const refusedScript = `${state}
write('pausedUntil', math.max(read('pausedUntil', 0), now + ARGV[1]))
if now - read('halvedAt', 0) >= ${halvingEveryMs} then
  write('halvedAt', now)
  write('pace', math.max(${slowestPace}, pace / 2))
end`;

const succeededScript = `${state}
write('pace', math.min(1, pace * ${paceRecovery}))`;

/** @param key where it stands in Redis */
export function sharedPace(redis: Redis, key: string, limits: RateLimits, clock: Clock): Pace {
  const buckets = bucketShapes(limits);
  // Without limits every worker slows down from its own flow.
  const own = new RateLimiter({}, clock);
  let pace = 1;
  let lookedAt = -Infinity;
  const inTurn = oneAfterAnother();
  // What a call told is no reason to lose its answer: a line that is broken just now is let be.
  const tell = (script: string, ...values: (string | number)[]): void => {
    void redis.eval(script, 1, key, ...values).catch(() => undefined);
  };
  const untilDue = async (tokens: number, signal: AbortSignal | undefined): Promise<void> => {
    if (buckets.length === 0 && clock.now() - lookedAt < lookEveryMs) return;
    for (;;) {
      signal?.throwIfAborted();
      const answer = await redis.eval(acquireScript, 1, key, ...unitsOf(buckets, tokens));
      const [waitMs, now] = answer as [number, string];
      pace = Number(now);
      lookedAt = clock.now();
      if (waitMs <= 0) return;
      await clock.wait(waitMs, signal);
    }
  };
  return {
    acquire: (tokens, signal) =>
      inTurn(async () => {
        await untilDue(tokens, signal);
        if (buckets.length === 0) await own.acquire(tokens, signal);
      }),
    settle(guessed, tokens) {
      const off = buckets.map((shape) => [shape.name, (shape.cost(tokens) - shape.cost(guessed)) * shape.msPerUnit]);
      const counted = off.filter(([, milliseconds]) => milliseconds !== 0);
      if (counted.length > 0) tell(settleScript, ...counted.flat());
    },
    refused(retryAfterMs = 0) {
      lookedAt = -Infinity;
      pace /= 2;
      own.refused();
      tell(refusedScript, Math.min(retryAfterMs, longestPauseMs));
    },
    succeeded() {
      own.succeeded();
      if (pace >= 1) return;
      pace = Math.min(1, pace * paceRecovery);
      tell(succeededScript);
    },
  };
}

/** Calls of this worker pass in the order they came; among workers there is none. */
function oneAfterAnother(): (work: () => Promise<void>) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  return (work) => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
}

function unitsOf(buckets: readonly BucketShape[], tokens: number): (string | number)[] {
  return buckets.flatMap(({ name, cost, msPerUnit, burstMs }) => [name, cost(tokens), msPerUnit, burstMs]);
}
