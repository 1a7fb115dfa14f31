/** A module that this host cannot load, or a plugin that did not start or refused its configuration. */
export class PluginLoadError extends Error {
  override readonly name = "PluginLoadError";
}

/** Thrown through a plugin by a host call that this host does not have yet. */
export class NotSupportedError extends Error {
  override readonly name = "NotSupportedError";

  constructor(what: string) {
    super(`not supported by this host: ${what}`);
  }
}
