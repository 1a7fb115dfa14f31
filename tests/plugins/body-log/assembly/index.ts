// Logs whole response bodies, and makes no calls.
import { SetCtx, ReadResponseBodyBy, Action, Body, HttpContext, Log } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("body-log", [
  ReadResponseBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) => {
    log.info("read " + body.text());
    return Action.Continue;
  }),
]);
