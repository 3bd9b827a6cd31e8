-- One line of JSON at the end: answers a second, the 99th percentile in microseconds, and what went wrong.
done = function(summary, latency, requests)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests": %d, "us": %d, "p50": %d, "p99": %d, "wrong": %d}', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), wrong))
end
