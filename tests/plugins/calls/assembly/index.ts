// Reads bytes from the host: a property a thousand times per request, and each chunk of a body.
import {
  SetCtx,
  ProcessRequestHeadersBy,
  ProcessStreamingRequestBodyBy,
  Action,
  HttpContext,
  Log,
  getProperty,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("calls", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    let length = 0;
    for (let i = 0; i < 1000; i++) length += getProperty(["request", "headers", "x-a"]).bytes().byteLength;
    ctx.requestHeaders.set("x-length", length.toString());
    return Action.Continue;
  }),
  ProcessStreamingRequestBodyBy<NoConfig>(
    (ctx: HttpContext, config: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) => chunk,
  ),
]);
