import { PluginContext } from "./plugin-context";

/** What the options about the life of a plugin do. */
export abstract class PluginLife {
  /** Runs before a configuration is read. Returns null, or the error for which the plugin rejects the configuration. */
  abstract begin(ctx: PluginContext): Error | null;

  /** Counts a request of the configuration, and asks for a new VM if it is time. */
  abstract countRequest(ctx: PluginContext, stream: u32): void;
}
