-- Counts a call, in one step. KEYS[1]: the bucket. ARGV: calls that come back in a minute, calls at once.
-- Returns whether it is refused (1) or not (0), calls that may still come now, milliseconds until one may.
-- The time is Redis' own, so that the clocks of those who ask do not matter. All times are in microseconds.
local per_minute, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local step = 60000000 / per_minute
local room = burst * step

-- When the bucket is full again. One of another rate counts for nothing: a changed rate begins with a full bucket.
local full = now
local held = redis.call('GET', KEYS[1])
if held then
  local at, of = string.match(held, '^([%d.]+) (%d+/%d+)$')
  if of == ARGV[1] .. '/' .. ARGV[2] then
    -- No bucket is emptier than empty, whatever Redis' clock did.
    full = math.min(math.max(tonumber(at), now), now + room)
  end
end

-- A microsecond is less than such numbers can tell.
local early = full + step - room - now
if early > 1 then
  return {1, 0, math.ceil(early / 1000)}
end
full = full + step
local missing = full - now
-- Whole numbers would be written in fourteen digits, which are too few.
local text = string.format('%.3f %s/%s', full, ARGV[1], ARGV[2])
redis.call('SET', KEYS[1], text, 'PX', math.ceil(missing / 1000) + 1)
return {0, math.max(math.floor((room - missing) / step + 0.001), 0), 0}
