// Pauses a request with `x-role: first` until the headers hook of another request resumes it. Denies bodies with "attack".
import {
  SetCtx,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  Action,
  Body,
  HttpContext,
  Log,
} from "as-proxy-wasm-sdk";

class Kept {
  ctx: HttpContext | null = null;
}

SetCtx<Kept>("cross-resume", [
  ProcessRequestHeadersBy<Kept>((ctx: HttpContext, kept: Kept, log: Log) => {
    if (ctx.requestHeaders.get("x-role") == "first") {
      kept.ctx = ctx;
      return Action.Pause;
    }
    const first = kept.ctx;
    kept.ctx = null;
    if (first !== null) first.resumeRequest();
    return Action.Continue;
  }),
  ProcessRequestBodyBy<Kept>((ctx: HttpContext, kept: Kept, body: Body, log: Log) => {
    if (body.text().includes("attack")) ctx.sendResponse(403, [], "denied");
    return Action.Continue;
  }),
]);
