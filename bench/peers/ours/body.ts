import { Action, Body, HttpContext, ProcessResponseBody, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("body", [ProcessResponseBody<Config>(onResponseBody)]);

function onResponseBody(ctx: HttpContext, config: Config, body: Body): Action {
  const bytes = Uint8Array.wrap(body.bytes());
  bytes[0] = 98; // "b"
  body.replace<ArrayBuffer>(bytes.buffer);
  return Action.Continue;
}
