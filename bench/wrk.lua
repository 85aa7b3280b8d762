-- Sends the request that the environment describes, and tells what came of it as one line of JSON.
-- In a body, each request has a reference of its own: the prefix, the thread, and a counter.

local threads = 0
local PLACE = "@REFERENCE@"

function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

function init()
  method = os.getenv("BENCH_METHOD")
  prefix = os.getenv("BENCH_PREFIX")
  sent = 0
  headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY") }
  local etag = os.getenv("BENCH_IF_NONE_MATCH")
  if etag then
    headers["If-None-Match"] = etag
  end
  local path = os.getenv("BENCH_BODY")
  if path then
    headers["Content-Type"] = "application/json"
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    local first, last = text:find(PLACE, 1, true)
    before, after = text:sub(1, first - 1), text:sub(last + 1)
  else
    plain = wrk.format(method, nil, headers)
  end
end

function request()
  if plain then
    return plain
  end
  sent = sent + 1
  local body = before .. prefix .. thread_number .. "-" .. sent .. after
  return wrk.format(method, nil, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
