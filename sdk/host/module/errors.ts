/** The host cannot load a module, or a plugin did not start or rejected its configuration. */
export class PluginLoadError extends Error {
  override readonly name = "PluginLoadError";
}
