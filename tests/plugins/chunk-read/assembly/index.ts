// Logs the size of each chunk of a body, and writes over the chunk, which must not change the body.
import {
  SetCtx,
  ReadStreamingRequestBodyBy,
  ReadStreamingResponseBody,
  HttpContext,
  Log,
  log,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("chunk-read", [
  ReadStreamingRequestBodyBy<NoConfig>((ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) => {
    log.info(report("request", chunk, isLast));
  }),
  ReadStreamingResponseBody<NoConfig>((ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool) => {
    log.info(report("response", chunk, isLast));
  }),
]);

function report(side: string, chunk: ArrayBuffer, isLast: bool): string {
  Uint8Array.wrap(chunk).fill(0x21);
  return side + " " + chunk.byteLength.toString() + (isLast ? " last" : "");
}
