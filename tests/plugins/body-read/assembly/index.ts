// Runs in each hook the steps of its configuration. Its body hooks only read.
import {
  SetCtx,
  ParseConfigBy,
  ReadRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessRequestTrailersBy,
  ReadResponseBodyBy,
  ProcessResponseHeadersBy,
  ProcessResponseTrailersBy,
  Body,
  HttpContext,
  Json,
  Log,
} from "as-proxy-wasm-sdk";
import { run } from "../../steps";

class Config {
  request: Json[] = [];
  requestBody: Json[] = [];
  requestTrailers: Json[] = [];
  response: Json[] = [];
  responseBody: Json[] = [];
  responseTrailers: Json[] = [];
}

SetCtx<Config>("body-read", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").array();
    config.requestBody = json.at("requestBody").array();
    config.requestTrailers = json.at("requestTrailers").array();
    config.response = json.at("response").array();
    config.responseBody = json.at("responseBody").array();
    config.responseTrailers = json.at("responseTrailers").array();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => run(ctx, config.request, log)),
  ReadRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    run(ctx, config.requestBody, log, body),
  ),
  ProcessRequestTrailersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    run(ctx, config.requestTrailers, log),
  ),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => run(ctx, config.response, log)),
  ReadResponseBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    run(ctx, config.responseBody, log, body),
  ),
  ProcessResponseTrailersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    run(ctx, config.responseTrailers, log),
  ),
]);
