/** A module that this host cannot load, or a plugin that did not start or refused its configuration. */
export class PluginLoadError extends Error {
  override readonly name = "PluginLoadError";
}
