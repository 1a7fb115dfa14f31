// Changes one field of a response.
import { Action, Body, HttpContext, JsonEditor, ProcessResponseBody, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("edit-json", [ProcessResponseBody<Config>(onResponseBody)]);

function onResponseBody(ctx: HttpContext, config: Config, body: Body): Action {
  body.replace<ArrayBuffer>(JsonEditor.parseBytes(body.bytes()).set("last", "changed").bytes());
  return Action.Continue;
}
