export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  BaseContext,
  Context,
  FilterHeadersStatusValues,
  makeHeaderPair,
  registerRootContext,
  RootContext,
  send_http_response,
  stream_context,
  WasmResultValues,
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
    const headers = [
      makeHeaderPair(":method", "GET"),
      makeHeaderPair(":path", "/check"),
      makeHeaderPair(":authority", "auth"),
    ];
    const result = this.root_context.httpCall("auth", headers, new ArrayBuffer(0), [], 1000, this, onChecked);
    if (result != WasmResultValues.Ok) {
      send_http_response(503, "", new ArrayBuffer(0), []);
    }
    return FilterHeadersStatusValues.StopIteration;
  }
}

function onChecked(stream: BaseContext, headers: u32, size: usize, trailers: u32): void {
  if (stream_context.headers.http_callback.get(":status") == "200") stream.continueRequest();
  else send_http_response(403, "", String.UTF8.encode("denied"), []);
}

registerRootContext((id: u32) => new Root(id), "callout");
