import type { HeaderMap, HttpStream } from "../../host/index.js";

/** Ends an upstream's response, with trailers or without. */
export function endResponse(stream: HttpStream, trailers: HeaderMap | undefined): void {
  stream.info.backendLatency ??= 0n;
  if (trailers) stream.responseTrailers(trailers);
  else stream.responseData(Buffer.alloc(0), true);
}
