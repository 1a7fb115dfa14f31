// What a plugin may use. The transform makes a constant false where no source of the plugin names such a thing; then the
// compiler leaves out what is only there for it.

/** The plugin may have a hook on a body, which needs to know of headers. */
export const BODY_HOOKS: bool = true;

/** The plugin may make calls to upstreams, and hold a message meanwhile. */
export const CALLS: bool = true;
