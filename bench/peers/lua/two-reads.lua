function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("x-a5") ~= "value 5" or headers:get("x-a11") ~= "value 11" then
    handle:respond({ [":status"] = "403" }, "wrong values")
  end
end
