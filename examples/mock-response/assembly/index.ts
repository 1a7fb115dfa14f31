import { SetCtx, ParseConfig, ProcessRequestHeaders, HttpContext, Action, Json } from "as-proxy-wasm-sdk";

class MockConfig {
  enabled: bool = true;
  content: string = "";
}

SetCtx<MockConfig>("mock-response", [
  ParseConfig<MockConfig>(parseConfig),
  ProcessRequestHeaders<MockConfig>(onRequestHeaders),
]);

function parseConfig(json: Json, config: MockConfig): Error | null {
  const fields = json.fields();
  config.enabled = fields.bool("mockEnable", true);
  config.content = fields.string("content", "");
  return fields.error;
}

function onRequestHeaders(ctx: HttpContext, config: MockConfig): Action {
  if (!config.enabled) return Action.Continue;
  ctx.sendResponse(200, [], config.content);
  return Action.Pause;
}
