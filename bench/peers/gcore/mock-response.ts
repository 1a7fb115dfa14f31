export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  registerRootContext,
  RootContext,
  send_http_response,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { JSON } from "assemblyscript-json/assembly";

class Root extends RootContext {
  content: string = "";

  onConfigure(size: u32): bool {
    super.onConfigure(size);
    const json = <JSON.Obj>JSON.parse(this.getConfiguration());
    this.content = json.getString("content")!.valueOf();
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
    send_http_response(200, "", String.UTF8.encode((<Root>this.root_context).content), []);
    return FilterHeadersStatusValues.StopIteration;
  }
}

registerRootContext((id: u32) => new Root(id), "mock-response");
