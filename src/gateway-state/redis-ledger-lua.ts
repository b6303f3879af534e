/** The rules of ledger.ts as Redis runs them: lines are hashes, holds stand in one hash, and in a sorted set by when they lapse. */

const book = `
local dayMs = 86400000
local function periodStart(name)
  local period = name:match('|(%a+)$')
  local days = math.floor(now / dayMs)
  if period == 'day' then return days * dayMs end
  if period ~= 'month' then return 0 end
  -- The day of the month, by the calendar that begins its years in March (H. Hinnant, "chrono-compatible low-level date algorithms").
  local z = days + 719468
  local doe = z % 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  return (days - (doy - math.floor((153 * mp + 2) / 5))) * dayMs
end
local function line(name)
  local kept = redis.call('HMGET', prefix .. 'line:' .. name, 'start', 'spent', 'reserved')
  local start = periodStart(name)
  local spent = tonumber(kept[2]) or 0
  if (tonumber(kept[1]) or start) < start then spent = 0 else start = tonumber(kept[1]) or start end
  return { name = name, start = start, spent = spent, reserved = tonumber(kept[3]) or 0 }
end
local function put(state)
  local key = prefix .. 'line:' .. state.name
  redis.call('HSET', key, 'start', whole(state.start), 'spent', whole(state.spent), 'reserved', whole(state.reserved))
end
local function endHold(id)
  local raw = redis.call('HGET', prefix .. 'holds', id)
  redis.call('ZREM', prefix .. 'lapses', id)
  if not raw then return end
  redis.call('HDEL', prefix .. 'holds', id)
  local hold = cjson.decode(raw)
  for _, name in ipairs(hold.lines) do
    local state = line(name)
    state.reserved = math.max(0, state.reserved - tonumber(hold.nanos))
    put(state)
  end
end
`;

/** ARGV: hold milliseconds, id, amount, then name and cap ("" = none) of each line. Gives nothing, or place, spent, reserved. */
export const reserveLua = `${book}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'lapses', '-inf', whole(now), 'LIMIT', 0, 100)) do endHold(id) end
local nanos = tonumber(ARGV[3])
local states, names = {}, {}
for i = 4, #ARGV, 2 do
  local state = line(ARGV[i])
  local cap = tonumber(ARGV[i + 1])
  if cap and state.spent + state.reserved + nanos > cap then
    return { (i - 4) / 2, whole(state.spent), whole(state.reserved) }
  end
  states[#states + 1] = state
  names[#names + 1] = ARGV[i]
end
for _, state in ipairs(states) do
  state.reserved = state.reserved + nanos
  put(state)
end
if #names > 0 then
  redis.call('HSET', prefix .. 'holds', ARGV[2], cjson.encode({ nanos = ARGV[3], lines = names }))
  redis.call('ZADD', prefix .. 'lapses', whole(now + ARGV[1]), ARGV[2])
end
return {}`;

/**
 * ARGV: id, amount, how many ids are known to be settled, those, then the names of lines. Done once for an id, however often it is
 * asked, since an answer may be lost on its way: a mark says so, until whoever asked has heard.
 */
export const settleLua = `${book}
if not redis.call('SET', prefix .. 'settled:' .. ARGV[1], '1', 'NX', 'EX', 86400) then return end
local heard = tonumber(ARGV[3])
for i = 4, 3 + heard do redis.call('UNLINK', prefix .. 'settled:' .. ARGV[i]) end
endHold(ARGV[1])
local nanos = tonumber(ARGV[2])
if nanos == 0 then return end
for i = 4 + heard, #ARGV do
  local state = line(ARGV[i])
  state.spent = state.spent + nanos
  put(state)
end`;

/** ARGV: hold milliseconds, then ids. */
export const renewLua = `
for i = 2, #ARGV do redis.call('ZADD', prefix .. 'lapses', 'XX', whole(now + ARGV[1]), ARGV[i]) end`;

/** ARGV: names of lines. */
export const spentLua = `${book}
local spent = {}
for i, name in ipairs(ARGV) do spent[i] = whole(line(name).spent) end
return spent`;
