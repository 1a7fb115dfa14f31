function envoy_on_response(handle)
  local body = handle:body()
  local bytes = body:getBytes(0, body:length())
  body:setBytes("b" .. string.sub(bytes, 2))
end
