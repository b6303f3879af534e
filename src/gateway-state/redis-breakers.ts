/** Breakers that replicas share: the state machine of breaker.ts as Redis runs it. */
import type { BreakerRules } from "./breaker.ts";
import { redisScript } from "./redis-script.ts";
import type { ScriptedRedis } from "./redis-script.ts";
import type { Allowed, Breakers, BreakerState } from "./state.ts";

/** ARGV: target, event, retry after, then the rules. Gives the state before, milliseconds to wait, and whether it is the probe. */
const lua = `
local key = prefix .. 'breaker:' .. ARGV[1]
local event = ARGV[2]
local windowMs, minimumCalls, failureShare = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local coolDownMs, longestMs, probeMs = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local retryAfter = math.min(tonumber(ARGV[3]), longestMs)
local kept = redis.call('HMGET', key, 'state', 'since', 'calls', 'failures', 'until', 'trips')
local function closed() return { state = 'closed', since = now, calls = 0, failures = 0, till = 0, trips = 0 } end
local b = closed()
if kept[1] then
  b = { state = kept[1], since = tonumber(kept[2]), calls = tonumber(kept[3]), failures = tonumber(kept[4]),
    till = tonumber(kept[5]), trips = tonumber(kept[6]) }
end
local function open()
  local cool = math.min(coolDownMs * 2 ^ b.trips, longestMs)
  return { state = 'open', since = now, calls = 0, failures = 0, till = now + math.max(cool, retryAfter), trips = b.trips + 1 }
end
local before, wait, probe = b.state, 0, 0
if event == 'look' then return { before, '0', 0 } end
if event == 'allow' then
  if b.state == 'closed' then return { before, '0', 0 } end
  if now < b.till then return { before, whole(b.till - now), 0 } end
  b.state, b.till, probe = 'half-open', now + probeMs, 1
elseif event == 'cancel' then
  if b.state ~= 'half-open' then return { before, '0', 0 } end
  b.till = now
else
  if b.state == 'closed' and now - b.since >= windowMs then b = closed() end
  if event == 'succeed' then
    if b.state == 'open' then return { before, '0', 0 } end
    if b.state == 'half-open' then b = closed() else b.calls = b.calls + 1 end
  elseif b.state == 'open' then
    b.till = math.max(b.till, now + retryAfter)
  elseif b.state == 'half-open' then
    b = open()
  else
    b.calls, b.failures = b.calls + 1, b.failures + 1
    if b.calls >= minimumCalls and b.failures >= failureShare * b.calls then b = open() end
  end
end
redis.call('HSET', key, 'state', b.state, 'since', whole(b.since), 'calls', b.calls, 'failures', b.failures,
  'until', whole(b.till), 'trips', b.trips)
-- Long after its last call nothing is known of a target.
redis.call('PEXPIRE', key, whole(math.max(0, b.till - now) + windowMs + probeMs + 3600000))
return { before, '0', probe }`;

/** @param local stands in while Redis is away */
export function redisBreakers(redis: ScriptedRedis, rules: BreakerRules, local: Breakers): Breakers {
  const run = redisScript(redis, "breaker", lua);
  const { windowMs, minimumCalls, failureShare, coolDownMs, longestCoolDownMs, probeMs } = rules;
  const limits = [windowMs, minimumCalls, failureShare, coolDownMs, longestCoolDownMs, probeMs];
  const tell = async (
    target: string,
    event: string,
    retryAfterMs: number,
  ): Promise<readonly [BreakerState, string, number]> =>
    (await run(target, event, retryAfterMs, ...limits)) as [BreakerState, string, number];
  return {
    async allows(target): Promise<Allowed> {
      try {
        const [, waitMs, probe] = await tell(target, "allow", 0);
        const retryAfterMs = Number(waitMs);
        return retryAfterMs > 0 ? { ok: false, retryAfterMs } : { ok: true, isProbe: probe === 1 };
      } catch {
        return await local.allows(target);
      }
    },
    async succeeded(target) {
      await tell(target, "succeed", 0).catch(() => local.succeeded(target));
    },
    async failed(target, retryAfterMs = 0) {
      await tell(target, "fail", retryAfterMs).catch(() => local.failed(target, retryAfterMs));
    },
    async cancelled(target) {
      await tell(target, "cancel", 0).catch(() => local.cancelled(target));
    },
    async stateOf(target) {
      return await tell(target, "look", 0).then(
        ([state]) => state,
        () => local.stateOf(target),
      );
    },
  };
}
