// Runs the steps of its configuration in the headers hooks and the stream-done hook.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  HttpContext,
  Json,
  Log,
} from "as-proxy-wasm-sdk";
import { run, start } from "../../steps";

class ProbeConfig {
  request: Json[] = [];
  response: Json[] = [];
  done: Json[] = [];
}

SetCtx<ProbeConfig>("probe", [
  ParseConfigBy<ProbeConfig>((json: Json, config: ProbeConfig, log: Log) => {
    config.request = json.at("request").array();
    config.response = json.at("response").array();
    config.done = json.at("done").array();
    start(json.at("start").array(), log);
    return null;
  }),
  ProcessRequestHeadersBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) =>
    run(ctx, config.request, log),
  ),
  ProcessResponseHeadersBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) =>
    run(ctx, config.response, log),
  ),
  ProcessStreamDoneBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) => {
    run(ctx, config.done, log);
  }),
]);
