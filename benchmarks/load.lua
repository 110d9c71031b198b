-- For wrk: sends prepared requests in their order and tells in one line of JSON how they fared. Arguments: the file,
-- which holds each request behind its length in six digits; "once", or "again" to begin anew at its end.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  prepared = file:read("*a")
  file:close()
  again = arguments[2] == "again"
  place = 1
  tried = false
  spent = false
end

function request()
  if not tried then -- wrk asks for one request before it begins, and never sends it
    tried = true
    return "GET / HTTP/1.1\r\n\r\n"
  end
  local length = tonumber(prepared:sub(place, place + 5))
  if length == nil and again then
    place = 1
    return request()
  elseif length == nil then
    spent = true
    wrk.thread:stop()
    return ""
  end
  local first = place + 6
  place = first + length
  return prepared:sub(first, place - 1)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"answered": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p95": %d, "p99": %d, "spent": %s}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), tostring(threads[1]:get("spent"))
  ))
end
