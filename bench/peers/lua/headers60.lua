function envoy_on_request(handle)
  local headers = handle:headers()
  for i = 0, 19 do
    headers:replace("x-bench-" .. i, "value-" .. i)
  end
  local got = 0
  for i = 0, 19 do
    got = got + #headers:get("x-bench-" .. i)
  end
  for i = 0, 19 do
    headers:remove("x-bench-" .. i)
  end
  if got ~= 150 then
    handle:respond({ [":status"] = "500" }, "wrong values")
  end
end
