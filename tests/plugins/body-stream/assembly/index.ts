// Logs each piece of a body and sends it on in upper case, with a mark behind the last.
import {
  SetCtx,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  HttpContext,
  Log,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("body-stream", [
  ProcessStreamingRequestBodyBy<NoConfig>((ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) =>
    pass("request", chunk, isLast, log),
  ),
  ProcessStreamingResponseBodyBy<NoConfig>(
    (ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) => pass("response", chunk, isLast, log),
  ),
]);

function pass(side: string, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
  log.info(side + " " + chunk.byteLength.toString() + (isLast ? " last" : ""));
  const text = String.UTF8.decode(chunk).toUpperCase();
  return String.UTF8.encode(isLast && chunk.byteLength == 0 ? "!" : text);
}
