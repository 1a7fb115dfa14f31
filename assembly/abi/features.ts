// Features of the SDK that a plugin may use. If no source of the plugin names a feature, the transform sets its constant to
// false, and the compiler drops the code that only the feature needs.

/** The plugin may read its configuration. False if it has no parser and no class that is marked with `@config`. */
export const CONFIGURATION: bool = true;

/** A configuration may have rules. `"use": ["RULES=0"]` in asconfig.json makes it false, `"RULES=1"` true. */
export const RULES: bool = true;

/** The plugin may read the headers of a request, or its method, scheme, host and path. */
export const REQUEST_MAP: bool = true;

/** The plugin may have a hook on a body. */
export const BODY_HOOKS: bool = true;

/**
 * The module may import the host calls that only Higress has. False in a build for other gateways, which would not load
 * the module: `"use": ["HIGRESS_CALLS=0"]` in asconfig.json.
 */
export const HIGRESS_CALLS: bool = true;

/**
 * Header writes may wait until the entry ends. False if the plugin names host calls itself: they could see the headers
 * before the SDK has sent its writes.
 */
export const WRITES_WAIT: bool = true;

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

/** The plugin may have the option `WithLogger`. */
export const LOGGERS: bool = true;

/** The plugin may have the option `EnableSafeLog`. */
export const SAFE_LOG: bool = true;

/** The plugin may register ticks. */
export const TICKS: bool = true;

/** The plugin may have options for the start of a configuration. */
export const START_OPTIONS: bool = true;

/** The plugin may ask the gateway for a new VM. */
export const REBUILDS: bool = true;

/**
 * The allocator's header of constants is free, and may refer to the key of a header name. Only the transform frees it, so a
 * module that is built without the transform has no such keys.
 */
export const KEYS_IN_CONSTANTS: bool = false;
