import {
  BaseContext,
  BufferTypeValues,
  Context,
  FilterHeadersStatusValues,
  WasmResultValues,
  get_buffer_bytes,
  makeHeaderPair,
  send_http_response,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

/** Asks the cluster that the request names. */
export function call(stream: Context): FilterHeadersStatusValues {
  const headers = [
    makeHeaderPair(":method", "POST"),
    makeHeaderPair(":path", "/check"),
    makeHeaderPair(":authority", "auth.example"),
    makeHeaderPair("x-ask", "1"),
  ];
  const cluster = stream_context.headers.request.get("x-cluster");
  const body = String.UTF8.encode("ask");
  const result = stream.root_context.httpCall(cluster, headers, body, [], 200, stream, onCheck);
  if (result != WasmResultValues.Ok) {
    stream_context.headers.request.replace("x-checked", "not sent");
    return FilterHeadersStatusValues.Continue;
  }
  return FilterHeadersStatusValues.StopIteration;
}

function onCheck(stream: BaseContext, headers: u32, size: usize, trailers: u32): void {
  const body = get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size);
  const status = stream_context.headers.http_callback.get(":status");
  if (status != "200") {
    send_http_response(502, "", body, [makeHeaderPair("x-call", status)]);
    return;
  }
  let checked = stream_context.headers.http_callback.get("x-answered") + " " + String.UTF8.decode(body);
  const pairs = stream_context.trailers.http_callback.get_headers();
  for (let i = 0; i < pairs.length; i++) {
    checked += " " + String.UTF8.decode(pairs[i].key) + "=" + String.UTF8.decode(pairs[i].value);
  }
  stream_context.headers.request.replace("x-checked", checked);
  stream.continueRequest();
}
