// Features of the SDK that a plugin may use. If no source of the plugin names a feature, the transform sets its constant to
// false, and the compiler drops the code that only the feature needs.

/** The plugin may have a hook on a body. */
export const BODY_HOOKS: bool = true;

/**
 * The module may import the host calls that only Higress has. False in a build for other gateways, which would not load
 * the module: `"use": ["HIGRESS_CALLS=0"]` in asconfig.json.
 */
export const HIGRESS_CALLS: bool = true;

/** The plugin may have a hook on a shared queue. */
export const QUEUE_HOOKS: bool = true;

/** The plugin may send the headers of an HTTP call response to its client. */
export const FORWARDING: bool = true;

/** The plugin may make calls to upstreams, and pause a message meanwhile. */
export const CALLS: bool = true;
