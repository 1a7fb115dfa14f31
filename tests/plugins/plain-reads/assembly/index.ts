// Reads whole bodies, with the hooks whose functions get no log, and tries to change them.
import { Action, Body, HttpContext, ReadRequestBody, ReadResponseBody, SetCtx, log } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("plain-reads", [
  ReadRequestBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => read("request", body)),
  ReadResponseBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => read("response", body)),
]);

function read(side: string, body: Body): Action {
  log.info(side + " " + body.text() + (body.append<string>("!") === null ? " changed" : " unchanged"));
  return Action.Continue;
}
