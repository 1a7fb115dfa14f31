import { Action, getOr, HttpContext, Json, ParseConfig, ProcessRequestHeaders, SetCtx } from "as-proxy-wasm-sdk";

class Config {
  /** The names of the consumers by their keys. */
  consumers: Map<string, string> = new Map<string, string>();
}

SetCtx<Config>("key-auth", [ParseConfig<Config>(parseConfig), ProcessRequestHeaders<Config>(onRequestHeaders)]);

function parseConfig(json: Json, config: Config): Error | null {
  const consumers = json.get("consumers").array();
  for (let i = 0; i < consumers.length; i++) {
    const consumer = consumers[i];
    config.consumers.set(consumer.get("key").string(), consumer.get("name").string());
  }
  return null;
}

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const name = getOr(config.consumers, ctx.requestHeaders.getOr("x-api-key", ""), "");
  if (name == "") ctx.sendResponse(401, [], "unknown key");
  else ctx.requestHeaders.set("x-consumer", name);
  return Action.Continue;
}
