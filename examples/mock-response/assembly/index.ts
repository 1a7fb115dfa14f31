import { SetCtx, ParseConfigBy, ProcessRequestHeadersBy, HttpContext, Action, Json, Log } from "as-proxy-wasm-sdk";

class MockConfig {
  enabled: bool = true;
  content: string = "";
}

SetCtx<MockConfig>("mock-response", [
  ParseConfigBy<MockConfig>(parseConfig),
  ProcessRequestHeadersBy<MockConfig>(onRequestHeaders),
]);

function parseConfig(json: Json, config: MockConfig, log: Log): Error | null {
  const fields = json.fields();
  config.enabled = fields.bool("mockEnable", true);
  config.content = fields.string("content", "");
  return fields.error;
}

function onRequestHeaders(ctx: HttpContext, config: MockConfig, log: Log): Action {
  if (config.enabled) ctx.sendResponse(200, [], config.content);
  return Action.Continue;
}
