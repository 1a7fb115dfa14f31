export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  registerRootContext,
  RootContext,
  send_http_response,
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
    const headers = stream_context.headers.request;
    for (let i = 0; i < 20; i++) headers.replace("x-bench-" + i.toString(), "value-" + i.toString());
    let got = 0;
    for (let i = 0; i < 20; i++) got += headers.get("x-bench-" + i.toString()).length;
    for (let i = 0; i < 20; i++) headers.remove("x-bench-" + i.toString());
    if (got != 150) {
      send_http_response(500, "", String.UTF8.encode("wrong values"), []);
      return FilterHeadersStatusValues.StopIteration;
    }
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new Root(id), "headers60");
