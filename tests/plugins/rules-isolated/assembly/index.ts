// Has the option EnableRuleLevelConfigIsolation. Adds the name of the request's rule to the response.
import {
  SetCtx,
  EnableRuleLevelConfigIsolation,
  ParseOverrideConfig,
  ProcessResponseHeaders,
  Action,
  HttpContext,
  Json,
} from "as-proxy-wasm-sdk";

class Config {
  name: string = "unnamed";
  also: string = "";
}

SetCtx<Config>("rules-isolated", [
  EnableRuleLevelConfigIsolation<Config>(),
  ParseOverrideConfig<Config>(
    (json: Json, config: Config) => read(json, config),
    (json: Json, global: Config, config: Config) => read(json, config),
  ),
  ProcessResponseHeaders<Config>((ctx: HttpContext, config: Config) => {
    ctx.responseHeaders.append("x-rule", config.name + config.also);
    return Action.Continue;
  }),
]);

function read(json: Json, config: Config): Error | null {
  const fields = json.fields();
  config.name = fields.string("name", config.name);
  config.also = fields.string("also", config.also);
  return fields.error;
}
