export * from "@solo-io/proxy-runtime/proxy";
import {
  Context,
  continue_request,
  FilterHeadersStatusValues,
  GrpcStatusValues,
  HeaderPair,
  registerRootContext,
  RootContext,
  send_local_response,
  stream_context,
  WasmResultValues,
} from "@solo-io/proxy-runtime";

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
    const headers = [pair(":method", "GET"), pair(":path", "/check"), pair(":authority", "auth")];
    const result = this.root_context.httpCall("auth", headers, new ArrayBuffer(0), [], 1000, this, onChecked);
    if (result != WasmResultValues.Ok) {
      send_local_response(503, "", new ArrayBuffer(0), [], GrpcStatusValues.Ok);
    }
    return FilterHeadersStatusValues.StopIteration;
  }
}

function pair(name: string, value: string): HeaderPair {
  return new HeaderPair(String.UTF8.encode(name), String.UTF8.encode(value));
}

function onChecked(stream: Context, headers: u32, size: usize, trailers: u32): void {
  if (stream_context.headers.http_callback.get(":status") == "200") continue_request();
  else send_local_response(403, "", String.UTF8.encode("denied"), [], GrpcStatusValues.Ok);
}

registerRootContext((id: u32) => new Root(id), "callout");
