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

/** The plugin may pause a message in a hook on chunks, or inject bytes into a response. */
export const CHUNK_PAUSES: bool = true;

/** The plugin may make a request a call through its route, and handle the response. */
export const ROUTE_CALLS: bool = true;

/** The plugin may have the option `OnlyTextBodies`. */
export const TEXT_BODIES: bool = true;

/** The plugin may ask whether a request asks for a WebSocket. */
export const IS_WEBSOCKET: bool = true;

/** The plugin may ask whether a request body is binary. */
export const IS_BINARY_REQUEST_BODY: bool = true;

/** The plugin may ask whether a response body is binary. */
export const IS_BINARY_RESPONSE_BODY: bool = true;

/** The plugin may ask whether an upstream has sent the response. */
export const IS_FROM_UPSTREAM: bool = true;

/** The plugin may ask which part of a stream has arrived. */
export const EXECUTION_PHASE: bool = true;
