function envoy_on_request(handle)
  for chunk in handle:bodyChunks() do
    local size = chunk:length()
    if size > 0 then
      local bytes = chunk:getBytes(0, size)
      chunk:setBytes("b" .. string.sub(bytes, 2))
    end
  end
end
