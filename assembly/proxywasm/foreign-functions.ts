import { Status } from "../abi/enums";
import { MessageWriter } from "../abi/protobuf-writer";
import { callForeignFunction, ForeignResult } from "./foreign-function";

// Foreign functions of Envoy with typed arguments. Source: Envoy 1.40, `source/extensions/common/wasm/foreign.cc` and
// `ext/declare_property.proto`, `ext/set_envoy_filter_state.proto`.

/**
 * How long a value lives that `declareProperty` or `setFilterState` is about.
 *
 * @example
 * ```ts
 * setFilterState("envoy.tcp_proxy.cluster", "blue", LifeSpan.DownstreamConnection);
 * ```
 */
export enum LifeSpan {
  /** Until the filter chain of the request ends; a new attempt of the request does not see the value. */
  FilterChain = 0,
  /** Until the request of the client ends. */
  DownstreamRequest = 1,
  /** Until the client's connection ends: its later requests see the value. */
  DownstreamConnection = 2,
}

/**
 * The type in which the gateway stores a declared property.
 *
 * @example
 * ```ts
 * declareProperty("tenant", PropertyType.String);
 * ```
 */
export enum PropertyType {
  Bytes = 0,
  String = 1,
}

/**
 * Compresses bytes with zlib (RFC 1950), in the gateway. A gzip or deflate content encoding has another frame.
 *
 * @returns the compressed bytes; the status is `NotFound` if the gateway cannot compress
 *
 * @example
 * ```ts
 * const small = compressZlib(encodeText("hello".repeat(1000)));
 * if (small.status == Status.Ok) setSharedData("my-plugin/text", small.bytes);
 * ```
 */
export function compressZlib(bytes: ArrayBuffer): ForeignResult {
  return callForeignFunction("compress", bytes);
}

/**
 * Reads bytes that zlib (RFC 1950) has compressed, in the gateway. A few bytes can become very many, so pass only bytes that
 * the plugin has compressed itself, or whose sender it trusts.
 *
 * @returns the bytes; the status is `SerializationFailure` for bytes that are no zlib stream, and `NotFound` if the gateway
 * cannot uncompress
 *
 * @example
 * ```ts
 * const text = decodeText(uncompressZlib(getSharedData("my-plugin/text").bytes).bytes);
 * ```
 */
export function uncompressZlib(bytes: ArrayBuffer): ForeignResult {
  return callForeignFunction("uncompress", bytes);
}

/**
 * Declares a property that `setProperty` will write: its type, whether it can change, and how long it lives. Without a
 * declaration a property has bytes, can change, and lives until the filter chain of the request ends. Call it in the parser
 * of the configuration. Source: `declare_property`.
 *
 * @returns `Ok`; `BadArgument` if the property is declared already; `NotFound` if the gateway has no such function
 *
 * @example
 * ```ts
 * declareProperty("tenant", PropertyType.String, true, LifeSpan.DownstreamConnection);
 * ```
 */
export function declareProperty(
  name: string,
  type: PropertyType = PropertyType.Bytes,
  readOnly: bool = false,
  span: LifeSpan = LifeSpan.FilterChain,
): Status {
  const message = new MessageWriter()
    .text(1, name)
    .number(2, readOnly ? 1 : 0)
    .number(3, type)
    .number(5, span);
  return callForeignFunction("declare_property", message.finish()).status;
}

/**
 * Sets an object in Envoy's filter state that Envoy's own filters read, such as `envoy.tcp_proxy.cluster` or
 * `envoy.network.upstream_server_name`. Envoy 1.33 and later have the function; before 1.37 it does not work in a call
 * handler. Source: `set_envoy_filter_state`; the names are in Envoy's documentation, "Well known filter state objects".
 *
 * @returns `Ok`; `BadArgument` if Envoy rejects the value; `NotFound` if Envoy knows no object of this name, outside a
 * stream, or if the gateway has no such function
 *
 * @example
 * ```ts
 * setFilterState("envoy.network.upstream_server_name", "blue.example.com");
 * ```
 */
export function setFilterState(name: string, value: string, span: LifeSpan = LifeSpan.FilterChain): Status {
  const message = new MessageWriter().text(1, name).text(2, value).number(3, span);
  return callForeignFunction("set_envoy_filter_state", message.finish()).status;
}

/**
 * Makes the gateway choose the route of the request again, after a plugin has changed its headers. Envoy does so by itself
 * for plugins of this SDK; the function is for a route that depends on something else, such as the filter state. Envoy 1.33
 * and later have the function. Source: `clear_route_cache`.
 *
 * @returns `Ok`, or `NotFound` if the gateway has no such function
 *
 * @example
 * ```ts
 * setProperty(["tenant"], "acme");
 * if (clearRouteCache() != Status.Ok) log.warn("the route stays");
 * ```
 */
export function clearRouteCache(): Status {
  return callForeignFunction("clear_route_cache").status;
}
