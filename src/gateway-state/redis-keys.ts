/** Keys that replicas share: revoked in one, revoked in all. */
import type { KeyTable } from "./key-table.ts";
import { prefix, redisScript } from "./redis-script.ts";
import type { ScriptedRedis } from "./redis-script.ts";
import { StateError } from "./state-error.ts";
import { storedKeySchema } from "./stored-key.ts";
import type { StoredKey } from "./stored-key.ts";

const findLua = `
local id = redis.call('HGET', prefix .. 'digests', ARGV[1])
return id and redis.call('HGET', prefix .. 'keys', id)`;

/** ARGV: id, the key as JSON, then its digests. */
const putLua = `
local old = redis.call('HGET', prefix .. 'keys', ARGV[1])
if old then
  for _, secret in ipairs(cjson.decode(old).secrets) do redis.call('HDEL', prefix .. 'digests', secret.digest) end
end
redis.call('HSET', prefix .. 'keys', ARGV[1], ARGV[2])
for i = 3, #ARGV do redis.call('HSET', prefix .. 'digests', ARGV[i], ARGV[1]) end`;

/** Rejects while Redis is away. */
export function redisKeys(redis: ScriptedRedis, place: string): KeyTable {
  const find = redisScript(redis, "find_key", findLua);
  const put = redisScript(redis, "put_key", putLua);
  return {
    async byDigest(digest) {
      const text = await find(digest);
      return typeof text === "string" ? parsed(text, place) : undefined;
    },
    async put(key) {
      await put(key.id, JSON.stringify(key), ...key.secrets.map(({ digest }) => digest));
    },
    async all() {
      return (await redis.client.hvals(`${prefix}keys`)).map((text) => parsed(text, place));
    },
  };
}

function parsed(text: string, place: string): StoredKey {
  const read = storedKeySchema.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const mend = "Was it written by a newer signalbox? Use that one, or make the key anew.";
  throw new StateError({ problem: "a key cannot be read", where: place, mend, cause: read.error });
}
