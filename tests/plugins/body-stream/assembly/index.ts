// Logs the size of each chunk of a body, and replaces the chunk by its text in upper case. Adds "!" to an empty last chunk.
import {
  SetCtx,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  HttpContext,
  Log,
  TextStream,
  encodeText,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("body-stream", [
  ProcessStreamingRequestBodyBy<NoConfig>((ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) =>
    pass(ctx, "request", chunk, isLast, log),
  ),
  ProcessStreamingResponseBodyBy<NoConfig>(
    (ctx: HttpContext, c: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) =>
      pass(ctx, "response", chunk, isLast, log),
  ),
]);

function pass(ctx: HttpContext, side: string, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
  log.info(side + " " + chunk.byteLength.toString() + (isLast ? " last" : ""));
  let stream = ctx.get<TextStream>(side);
  if (stream === null) ctx.set<TextStream>(side, (stream = new TextStream()));
  const text = stream.decode(chunk, isLast).toUpperCase();
  return encodeText(isLast && chunk.byteLength == 0 ? text + "!" : text);
}
