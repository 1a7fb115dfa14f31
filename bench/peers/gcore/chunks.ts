export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  BufferTypeValues,
  Context,
  FilterDataStatusValues,
  get_buffer_bytes,
  registerRootContext,
  RootContext,
  set_buffer_bytes,
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

  onRequestBody(size: usize, end: bool): FilterDataStatusValues {
    if (size == 0) return FilterDataStatusValues.Continue;
    const chunk = Uint8Array.wrap(get_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size));
    chunk[0] = 98; // "b"
    set_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size, chunk.buffer);
    return FilterDataStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new Root(id), "chunks");
