export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  BaseContext,
  BufferTypeValues,
  Context,
  FilterDataStatusValues,
  FilterHeadersStatusValues,
  RootContext,
  get_buffer_bytes,
  makeHeaderPair,
  registerRootContext,
  send_http_response,
  set_buffer_bytes,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

class Root extends RootContext {
  createContext(id: u32): Context {
    return new Stream(id, this);
  }
}

class Stream extends Context {
  constructor(id: u32, root: RootContext) {
    super(id, root);
  }

  onRequestHeaders(count: u32, end: bool): FilterHeadersStatusValues {
    const token = stream_context.headers.request.get("x-token");
    if (token != this.root_context.getConfiguration()) {
      const by = makeHeaderPair("x-by", "as");
      send_http_response(401, "no_token", String.UTF8.encode("who are you?"), [by]);
      return FilterHeadersStatusValues.StopIteration;
    }
    stream_context.headers.request.remove("content-length");
    stream_context.headers.request.add("x-seen", stream_context.headers.request.get(":path"));
    if (stream_context.headers.request.get("x-call") == "") return FilterHeadersStatusValues.Continue;
    const headers = [
      makeHeaderPair(":method", "GET"),
      makeHeaderPair(":path", "/check"),
      makeHeaderPair(":authority", "auth.example"),
    ];
    this.root_context.httpCall(
      "auth",
      headers,
      new ArrayBuffer(0),
      [],
      500,
      this,
      (origin: BaseContext, h: u32, size: usize, t: u32) => {
        const body = get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size);
        stream_context.headers.request.replace("x-checked", String.UTF8.decode(body));
        (origin as Context).continueRequest();
      },
    );
    return FilterHeadersStatusValues.StopIteration;
  }

  onRequestBody(size: usize, end: bool): FilterDataStatusValues {
    if (!end) return FilterDataStatusValues.StopIterationAndBuffer;
    const body = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size));
    set_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size, String.UTF8.encode("as:" + body));
    return FilterDataStatusValues.Continue;
  }

  onResponseHeaders(count: u32, end: bool): FilterHeadersStatusValues {
    stream_context.headers.response.add("x-by", "as");
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new Root(id), "foreign");
