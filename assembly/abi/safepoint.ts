// What the SDK asks of the garbage collector in assembly/runtime. The transform replaces these functions by the collector's. In
// a module that is built without the transform, such as a plugin's functions for a test, asc's own collector runs.

/** Runs a collection if one is due. Call it only while the stack holds no object. */
export function safepoint(): void {}

/** Called when a stream has ended. A collection soon after it finds fewer objects than one while a request is handled. */
export function streamEnded(): void {}

/** Requests a collection of all objects, permanent ones too. It runs at the end of the outermost entry. */
export function requestFull(): void {}

/** Requests a collection that makes all objects permanent that are alive. */
export function requestPermanence(): void {}
