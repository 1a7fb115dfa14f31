export * from "@solo-io/proxy-runtime/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  GrpcStatusValues,
  registerRootContext,
  RootContext,
  send_local_response,
  stream_context,
} from "@solo-io/proxy-runtime";

class Root extends RootContext {
  /** The names of the consumers by their keys. */
  consumers: Map<string, string> = new Map<string, string>();

  onConfigure(size: u32): bool {
    super.onConfigure(size);
    // {"consumers":[{"name":"a","key":"b"},…]}. assemblyscript-json corrupts its memory here.
    const parts = this.getConfiguration().split('"');
    for (let i = 3; i + 6 < parts.length; i += 8) this.consumers.set(parts[i + 6], parts[i + 2]);
    return true;
  }

  createContext(id: u32): Context {
    return new Stream(id, this);
  }
}

class Stream extends Context {
  constructor(id: u32, root: RootContext) {
    super(id, root);
  }

  onRequestHeaders(count: u32, end: bool): FilterHeadersStatusValues {
    const key = stream_context.headers.request.get("x-api-key");
    const consumers = (<Root>this.root_context).consumers;
    if (!consumers.has(key)) {
      send_local_response(401, "", String.UTF8.encode("unknown key"), [], GrpcStatusValues.Ok);
      return FilterHeadersStatusValues.StopIteration;
    }
    stream_context.headers.request.replace("x-consumer", consumers.get(key));
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new Root(id), "key-auth");
