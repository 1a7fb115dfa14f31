import { HttpContext, ProcessStreamingRequestBody, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("chunks", [ProcessStreamingRequestBody<Config>(onChunk)]);

function onChunk(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool): ArrayBuffer {
  if (chunk.byteLength > 0) Uint8Array.wrap(chunk)[0] = 98; // "b"
  return chunk;
}
