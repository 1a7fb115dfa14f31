local content = "hello"

function envoy_on_request(handle)
  handle:respond({ [":status"] = "200" }, content)
end
