import { RootContext, RootFactory, StreamContext } from "../context/contexts";
import { Handlers } from "./handlers";
import { HttpStream } from "./http-stream";
import { PluginRoot } from "./plugin-root";

class HttpRoot<C> extends PluginRoot<C> {
  override createStream(id: u32): StreamContext {
    return new HttpStream<C>(id, this);
  }
}

/** Creates a root context for each configuration of a plugin. */
export class PluginRoots<C> extends RootFactory {
  constructor(private handlers: Handlers<C>) {
    super();
  }

  override create(id: u32): RootContext {
    return new HttpRoot<C>(id, this.handlers);
  }
}
