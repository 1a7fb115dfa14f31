function envoy_on_request(handle)
  local headers = { [":method"] = "GET", [":path"] = "/check", [":authority"] = "auth" }
  local response = handle:httpCall("auth", headers, "", 1000)
  if response[":status"] ~= "200" then
    handle:respond({ [":status"] = "403" }, "denied")
  end
end
