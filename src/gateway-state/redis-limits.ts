/** Rate limits that replicas share: the rules of token-bucket.ts as Redis runs them. */
import { allowances, refusalOf } from "./memory-limits.ts";
import { redisScript } from "./redis-script.ts";
import type { ScriptedRedis } from "./redis-script.ts";
import type { RateLimits } from "./state.ts";

const buckets = `
local key = prefix .. 'limit:' .. ARGV[1]
local minuteMs = 60000
local function filled(name, perMinute)
  local kept = redis.call('HMGET', key, name, name .. 'At')
  local level, at = tonumber(kept[1]), tonumber(kept[2])
  if not level then return { name = name, perMinute = perMinute, level = perMinute, at = now } end
  local since = math.max(0, now - at)
  local now_ = math.min(perMinute, level + since * perMinute / minuteMs)
  return { name = name, perMinute = perMinute, level = now_, at = math.max(now, at) }
end
local function wait(bucket, amount)
  local missing = math.min(amount, bucket.perMinute) - bucket.level
  return missing <= 0 and 0 or math.ceil(missing * minuteMs / bucket.perMinute)
end
local function take(bucket, amount)
  local level = math.min(bucket.perMinute, bucket.level - amount)
  redis.call('HSET', key, bucket.name, string.format('%.17g', level), bucket.name .. 'At', whole(bucket.at))
  -- A bucket that is full again need not be kept.
  local full = bucket.perMinute > 0 and (bucket.perMinute - level) * minuteMs / bucket.perMinute or 0
  if full > redis.call('PTTL', key) then redis.call('PEXPIRE', key, whole(math.min(full, 1e12) + minuteMs)) end
end
`;

/** ARGV: id, requests and tokens a minute, tokens wanted, whether any are (0 or 1). Gives how long each bucket makes wait. */
const takeLua = `${buckets}
local requests, tokens = filled('requests', tonumber(ARGV[2])), filled('tokens', tonumber(ARGV[3]))
local waits = { wait(requests, 1), ARGV[5] == '0' and 0 or wait(tokens, tonumber(ARGV[4])) }
if waits[1] == 0 and waits[2] == 0 then
  take(requests, 1)
  take(tokens, tonumber(ARGV[4]))
end
return { whole(waits[1]), whole(waits[2]) }`;

/** ARGV: id, tokens a minute, how many more were used than guessed. */
const correctLua = `${buckets}
take(filled('tokens', tonumber(ARGV[2])), tonumber(ARGV[3]))`;

const awayRetryMs = 1000;

/** @param local counts for this process alone while Redis is away; undefined = nobody passes then */
export function redisLimits(redis: ScriptedRedis, local: RateLimits | undefined): RateLimits {
  const take = redisScript(redis, "take", takeLua);
  const correct = redisScript(redis, "correct", correctLua);
  return {
    async take(spender, estimatedTokens) {
      const { requests, tokens } = allowances(spender.limits);
      const wanted = Number.isNaN(estimatedTokens) ? 0 : estimatedTokens;
      const wantsTokens = estimatedTokens === 0 ? 0 : 1;
      try {
        const answer = await take(spender.id, requests, tokens, wanted, wantsTokens);
        const [requestsWait, tokensWait] = answer as [string, string];
        return refusalOf(Number(requestsWait), Number(tokensWait)) ?? { ok: true };
      } catch {
        return (
          (await local?.take(spender, estimatedTokens)) ?? {
            ok: false,
            reason: "unavailable",
            retryAfterMs: awayRetryMs,
          }
        );
      }
    },
    async correct(spender, estimatedTokens, tokens) {
      const off = tokens - (Number.isNaN(estimatedTokens) ? 0 : estimatedTokens);
      if (!Number.isFinite(off) || off === 0) return;
      // A guess that stays uncorrected is forgotten within minutes.
      await correct(spender.id, allowances(spender.limits).tokens, off).catch(() => undefined);
    },
  };
}
