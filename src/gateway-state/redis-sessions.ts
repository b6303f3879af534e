/** Sessions that replicas share. While Redis is away nothing is remembered. */
import { z } from "zod";
import type { SessionMemory } from "../serving/decider.ts";
import type { SessionRules } from "./memory-sessions.ts";
import { redisScript } from "./redis-script.ts";
import type { ScriptedRedis } from "./redis-script.ts";
import { sessionId } from "./session-id.ts";
import type { Sessions } from "./state.ts";

/** ARGV: id, how long it is kept. */
const getLua = `
local used = tonumber(redis.call('ZSCORE', prefix .. 'sessions', ARGV[1]) or nil)
local found = redis.call('GET', prefix .. 'session:' .. ARGV[1])
if not found or not used or now - used >= tonumber(ARGV[2]) then return nil end
redis.call('ZADD', prefix .. 'sessions', whole(now), ARGV[1])
redis.call('PEXPIRE', prefix .. 'session:' .. ARGV[1], ARGV[2])
return found`;

/** ARGV: id, how long it is kept, how many are kept, the memory. */
const putLua = `
redis.call('SET', prefix .. 'session:' .. ARGV[1], ARGV[4], 'PX', ARGV[2])
redis.call('ZADD', prefix .. 'sessions', whole(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', prefix .. 'sessions', '-inf', whole(now - ARGV[2]))
for _ = 1, redis.call('ZCARD', prefix .. 'sessions') - ARGV[3] do
  local oldest = redis.call('ZPOPMIN', prefix .. 'sessions')[1]
  if oldest then redis.call('DEL', prefix .. 'session:' .. oldest) end
end`;

const memorySchema = z.object({ model: z.string(), cachedTokens: z.number() });

export function redisSessions(redis: ScriptedRedis, { keptMs, mostSessions }: SessionRules): Sessions {
  const get = redisScript(redis, "get_session", getLua);
  const put = redisScript(redis, "put_session", putLua);
  return {
    async get(owner, session) {
      const found = await get(sessionId(owner, session), keptMs).catch(() => undefined);
      return typeof found === "string" ? memoryOf(found) : undefined;
    },
    async put(owner, session, { model, cachedTokens }) {
      const memory = JSON.stringify({ model, cachedTokens });
      await put(sessionId(owner, session), keptMs, mostSessions, memory).catch(() => undefined);
    },
  };
}

function memoryOf(text: string): SessionMemory | undefined {
  return memorySchema.safeParse(JSON.parse(text)).data;
}
