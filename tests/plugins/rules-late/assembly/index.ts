// Has no hook on request headers. Adds the name of the request's rule to the response.
import { SetCtx, ParseConfig, FailOpen, ProcessResponseHeaders, Action, HttpContext, Json } from "as-proxy-wasm-sdk";

class Config {
  name: string = "unnamed";
}

SetCtx<Config>("rules-late", [
  FailOpen<Config>(),
  ParseConfig<Config>((json: Json, config: Config) => {
    const fields = json.fields();
    config.name = fields.string("name", config.name);
    return fields.error;
  }),
  ProcessResponseHeaders<Config>((ctx: HttpContext, config: Config) => {
    ctx.responseHeaders.append("x-rule", config.name);
    return Action.Continue;
  }),
]);
