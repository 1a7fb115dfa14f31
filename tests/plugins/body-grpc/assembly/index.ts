// Has hooks on whole bodies, and the option PassGrpcStreams.
import {
  SetCtx,
  PassGrpcStreams,
  ProcessRequestBodyBy,
  ProcessResponseBodyBy,
  Action,
  Body,
  HttpContext,
  Log,
} from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("body-grpc", [
  PassGrpcStreams<Config>(),
  ProcessRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) => whole("request", body, log)),
  ProcessResponseBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    whole("response", body, log),
  ),
]);

function whole(side: string, body: Body, log: Log): Action {
  log.info(side + " whole " + body.text());
  return Action.Continue;
}
