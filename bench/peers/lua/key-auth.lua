-- The filter has no JSON, so the bench writes the consumers into this table.
local consumers = { CONSUMERS }

function envoy_on_request(handle)
  local name = consumers[handle:headers():get("x-api-key") or ""]
  if name == nil then
    handle:respond({ [":status"] = "401" }, "unknown key")
  else
    handle:headers():replace("x-consumer", name)
  end
end
