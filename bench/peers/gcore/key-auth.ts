export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  registerRootContext,
  RootContext,
  send_http_response,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { JSON } from "assemblyscript-json/assembly";

class Root extends RootContext {
  /** The names of the consumers by their keys. */
  consumers: Map<string, string> = new Map<string, string>();

  onConfigure(size: u32): bool {
    super.onConfigure(size);
    const json = <JSON.Obj>JSON.parse(this.getConfiguration());
    const consumers = json.getArr("consumers")!.valueOf();
    for (let i = 0; i < consumers.length; i++) {
      const consumer = <JSON.Obj>consumers[i];
      this.consumers.set(consumer.getString("key")!.valueOf(), consumer.getString("name")!.valueOf());
    }
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
      send_http_response(401, "", String.UTF8.encode("unknown key"), []);
      return FilterHeadersStatusValues.StopIteration;
    }
    stream_context.headers.request.replace("x-consumer", consumers.get(key));
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new Root(id), "key-auth");
