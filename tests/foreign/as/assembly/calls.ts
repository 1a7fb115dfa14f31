import {
  BaseContext,
  BufferTypeValues,
  Context,
  FilterDataStatusValues,
  FilterHeadersStatusValues,
  WasmResultValues,
  continue_response,
  get_buffer_bytes,
  makeHeaderPair,
  send_http_response,
  set_buffer_bytes,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

/** Calls the cluster that the request names. */
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

/** Pauses the body until a call returns the text that belongs in front of the body. */
export function callInBody(stream: Context): FilterDataStatusValues {
  get(stream, "/body", (stream: BaseContext, headers: u32, size: usize, trailers: u32) => {
    const prefix = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size));
    const body = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, u32.MAX_VALUE));
    set_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, u32.MAX_VALUE, String.UTF8.encode(prefix + "/" + body));
    stream.continueRequest();
  });
  return FilterDataStatusValues.StopIterationAndBuffer;
}

export function callInResponse(stream: Context): FilterHeadersStatusValues {
  get(stream, "/response", (stream: BaseContext, headers: u32, size: usize, trailers: u32) => {
    const checked = get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size);
    stream_context.headers.response.add("x-checked", String.UTF8.decode(checked));
    continue_response();
  });
  return FilterHeadersStatusValues.StopIteration;
}

function get(stream: Context, path: string, callback: (c: BaseContext, h: u32, size: usize, t: u32) => void): void {
  const headers = [
    makeHeaderPair(":method", "GET"),
    makeHeaderPair(":path", path),
    makeHeaderPair(":authority", "auth.example"),
  ];
  stream.root_context.httpCall("auth", headers, new ArrayBuffer(0), [], 500, stream, callback);
}
