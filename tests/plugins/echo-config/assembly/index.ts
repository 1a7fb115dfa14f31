// Shows the configuration of the request's rule: in the header x-config of the request, or, with "reply": true, in a local
// reply. Several such plugins in a chain show their order.
import { SetCtx, ParseConfig, ProcessRequestHeaders, Action, HttpContext, Json } from "as-proxy-wasm-sdk";

class Config {
  text: string = "";
  isReply: bool = false;
}

SetCtx<Config>("echo-config", [
  ParseConfig<Config>(parseConfig),
  ProcessRequestHeaders<Config>((ctx: HttpContext, config: Config) => {
    if (config.isReply) {
      ctx.sendResponse(200, [["content-type", "application/json"]], config.text);
      return Action.Pause;
    }
    ctx.requestHeaders.append("x-config", config.text);
    return Action.Continue;
  }),
]);

function parseConfig(json: Json, config: Config): Error | null {
  config.text = json.raw();
  config.isReply = json.at("reply").bool();
  return null;
}
