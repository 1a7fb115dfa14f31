// Runs steps in hooks on trailers, and has no other hooks.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestTrailersBy,
  ProcessResponseTrailersBy,
  HttpContext,
  Json,
  Log,
} from "as-proxy-wasm-sdk";
import { run } from "../../steps";

class Config {
  requestTrailers: Json[] = [];
  responseTrailers: Json[] = [];
}

SetCtx<Config>("trailers", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.requestTrailers = json.at("requestTrailers").array();
    config.responseTrailers = json.at("responseTrailers").array();
    return null;
  }),
  ProcessRequestTrailersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    run(ctx, config.requestTrailers, log),
  ),
  ProcessResponseTrailersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    run(ctx, config.responseTrailers, log),
  ),
]);
