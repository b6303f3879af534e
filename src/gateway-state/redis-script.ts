/**
 * Scripts that Redis runs alone, one at a time, by its own clock: `now` in each is milliseconds since 1970, by the server, so that
 * replicas whose clocks differ agree. Keys are named under one prefix, whose braces keep them together in a cluster.
 */
import type { Redis } from "ioredis";

export const prefix = "signalbox:{gateway}:";

export type RedisScript = (...values: readonly (string | number)[]) => Promise<unknown>;

/** A client, and for tests a clock instead of the server's. */
export interface ScriptedRedis {
  readonly client: Redis;
  readonly clock: (() => number) | undefined;
}

const preamble = `
local prefix = KEYS[1]
local now = tonumber(table.remove(ARGV, 1))
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
`;

/** Sent once, then called by its digest. @param name of the script, unlike all others' */
export function redisScript({ client, clock }: ScriptedRedis, name: string, lua: string): RedisScript {
  const command = `signalbox_${name}`;
  client.defineCommand(command, { numberOfKeys: 1, lua: preamble + lua });
  const commands = client as unknown as Record<string, RedisScript | undefined>;
  return async (...values) => await commands[command]?.call(client, prefix, clock?.() ?? "", ...values);
}
