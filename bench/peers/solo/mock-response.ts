export * from "@solo-io/proxy-runtime/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  GrpcStatusValues,
  registerRootContext,
  RootContext,
  send_local_response,
} from "@solo-io/proxy-runtime";

class Root extends RootContext {
  content: string = "";

  onConfigure(size: u32): bool {
    super.onConfigure(size);
    // {"content":"hello"}. assemblyscript-json corrupts its memory here.
    this.content = this.getConfiguration().split('"')[3];
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
    const body = String.UTF8.encode((<Root>this.root_context).content);
    send_local_response(200, "", body, [], GrpcStatusValues.Ok);
    return FilterHeadersStatusValues.StopIteration;
  }
}

registerRootContext((id: u32) => new Root(id), "mock-response");
