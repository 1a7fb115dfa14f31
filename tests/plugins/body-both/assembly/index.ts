// Has hooks on the whole body and on its chunks. The headers hooks run steps, which decide which of the body hooks run.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessResponseBodyBy,
  ProcessResponseHeadersBy,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  Action,
  Body,
  HttpContext,
  Json,
  Log,
  decodeText,
} from "as-proxy-wasm-sdk";
import { run } from "../../steps";

class Config {
  request: Json[] = [];
  response: Json[] = [];
}

SetCtx<Config>("body-both", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").array();
    config.response = json.at("response").array();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => run(ctx, config.request, log)),
  ProcessRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) => whole("request", body, log)),
  ProcessStreamingRequestBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => part("request", chunk, log),
  ),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => run(ctx, config.response, log)),
  ProcessResponseBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    whole("response", body, log),
  ),
  ProcessStreamingResponseBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => part("response", chunk, log),
  ),
]);

function whole(side: string, body: Body, log: Log): Action {
  log.info(side + " whole " + body.text());
  return Action.Continue;
}

function part(side: string, chunk: ArrayBuffer, log: Log): ArrayBuffer {
  log.info(side + " chunk " + decodeText(chunk));
  return chunk;
}
