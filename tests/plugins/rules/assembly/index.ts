// Shows the name of the request's rule in each hook. Rules inherit from the global configuration.
import {
  SetCtx,
  ParseOverrideConfig,
  ProcessRequestHeaders,
  ProcessRequestTrailers,
  ProcessResponseHeaders,
  ProcessStreamDoneBy,
  ReadRequestBody,
  Action,
  Body,
  HttpContext,
  Json,
  Log,
} from "as-proxy-wasm-sdk";

class Config {
  name: string = "unnamed";
  also: string = "";
}

SetCtx<Config>("rules", [
  ParseOverrideConfig<Config>(
    (json: Json, config: Config) => read(json, config),
    (json: Json, global: Config, config: Config) => read(json, config),
  ),
  ProcessRequestHeaders<Config>(onRequestHeaders),
  ReadRequestBody<Config>(onRequestBody),
  ProcessRequestTrailers<Config>((ctx: HttpContext, config: Config) => {
    ctx.requestTrailers.set("x-rule", config.name);
    return Action.Continue;
  }),
  ProcessResponseHeaders<Config>((ctx: HttpContext, config: Config) => {
    ctx.responseHeaders.append("x-rule", config.name);
    return Action.Continue;
  }),
  ProcessStreamDoneBy<Config>((ctx: HttpContext, config: Config, log: Log) => log.info("done: " + config.name)),
]);

function read(json: Json, config: Config): Error | null {
  const fields = json.fields();
  config.name = fields.string("name", config.name);
  config.also = fields.string("also", config.also);
  return fields.error;
}

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ctx.requestHeaders.set("x-rule", config.name + config.also);
  // Changes the host, by which the rule was found. The rule of the request stays the same.
  ctx.requestHeaders.set(":authority", "changed.example.org");
  return Action.Continue;
}

function onRequestBody(ctx: HttpContext, config: Config, body: Body): Action {
  ctx.set<string>("body", body.text());
  return Action.Continue;
}
