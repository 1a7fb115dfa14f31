function envoy_on_response(handle)
  handle:headers():replace("x-bench", "1")
end
