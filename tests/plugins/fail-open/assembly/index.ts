// Runs the steps of its configuration in the request-headers hook. Has the option FailOpen.
import { SetCtx, FailOpen, ParseConfigBy, ProcessRequestHeadersBy, HttpContext, Json, Log } from "as-proxy-wasm-sdk";
import { run } from "../../steps";

class Config {
  request: Json[] = [];
}

SetCtx<Config>("fail-open", [
  FailOpen<Config>(),
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").array();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => run(ctx, config.request, log)),
]);
