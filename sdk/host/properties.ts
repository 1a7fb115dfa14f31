import { Status } from "./abi.js";
import type { Context } from "./context.js";
import { NotSupportedError } from "./errors.js";
import { HeaderMap } from "./header-map.js";
import { encodePairs, type Pair } from "./pairs.js";
import type { StreamInfo } from "./stream-info.js";

/** A text, an integer of 64 bits, a truth value, headers; undefined where there is none. */
type Value = string | bigint | boolean | HeaderMap | Buffer | undefined;
type Attributes = Readonly<Record<string, (info: StreamInfo, context: Context) => Value>>;

const header = (name: string) => (_info: StreamInfo, context: Context) => context.requestHeaders?.get(name);
const path = (context: Context) => context.requestHeaders?.get(":path");
const missing = (name: string) => () => {
  throw new NotSupportedError(`the property ${name}`);
};
const port = (address: string | undefined) => (address === undefined ? undefined : BigInt(address.replace(/^.*:/, "")));
const bytes = (map: HeaderMap | undefined) => (map ? BigInt(map.byteSize) : undefined);
const none = () => undefined;

const REQUEST: Attributes = {
  path: header(":path"),
  url_path: (_info, context) => path(context)?.replace(/\?[^]*$/, ""),
  query: (_info, context) => {
    const text = path(context);
    return text === undefined ? undefined : text.includes("?") ? text.slice(text.indexOf("?") + 1) : "";
  },
  host: header(":authority"),
  scheme: header(":scheme"),
  method: header(":method"),
  referer: header("referer"),
  useragent: header("user-agent"),
  id: header("x-request-id"),
  headers: (_info, context) => context.requestHeaders,
  headers_bytes: (_info, context) => bytes(context.requestHeaders),
  time: ({ began }) => began.wall,
  protocol: ({ protocol }) => protocol,
  size: ({ received }, context) => {
    const length = context.requestHeaders?.get("content-length");
    return length !== undefined && /^\d+$/.test(length) ? BigInt(length) : BigInt(received);
  },
  total_size: ({ received, requestHeaders }) => BigInt(received) + (bytes(requestHeaders) ?? 0n),
  duration: ({ endedAt, began }) => (endedAt === undefined ? undefined : endedAt - began.monotonic),
};

const RESPONSE: Attributes = {
  code: ({ responseCode }) => (responseCode === undefined ? undefined : BigInt(responseCode)),
  code_details: ({ codeDetails }) => codeDetails,
  headers: (_info, context) => context.responseHeaders,
  headers_bytes: (_info, context) => bytes(context.responseHeaders),
  trailers: (_info, context) => context.responseTrailers,
  size: ({ sent }) => BigInt(sent),
  total_size: ({ sent, responseHeaders, responseTrailers }) =>
    BigInt(sent) + (bytes(responseHeaders) ?? 0n) + (bytes(responseTrailers) ?? 0n),
  flags: missing("response.flags"),
  grpc_status: (_info, context) => {
    const status = (context.responseTrailers ?? context.responseHeaders)?.get("grpc-status");
    return status !== undefined && /^\d+$/.test(status) ? BigInt(status) : undefined;
  },
  backend_latency: missing("response.backend_latency"),
};

const XDS: Attributes = {
  route_name: ({ route }) => route?.name,
  cluster_name: ({ route }) => route?.cluster,
  virtual_host_name: ({ route }) => route?.virtualHost,
  listener_direction: () => 0n,
};
for (const name of [
  ...["node", "cluster_metadata", "listener_metadata", "route_metadata", "virtual_host_metadata"],
  ...["upstream_host_metadata", "upstream_host_locality_metadata", "filter_chain_name"],
]) {
  (XDS as Record<string, () => Value>)[name] = missing(`xds.${name}`);
}

const GROUPS: Readonly<Record<string, Attributes>> = {
  request: REQUEST,
  response: RESPONSE,
  xds: XDS,
  source: { address: ({ connection }) => connection.source, port: ({ connection }) => port(connection.source) },
  destination: {
    address: ({ connection }) => connection.destination,
    port: ({ connection }) => port(connection.destination),
  },
  // Without TLS, what is about certificates is not there.
  connection: {
    id: ({ connection }) => connection.id,
    mtls: () => false,
    requested_server_name: () => "",
    transport_failure_reason: none,
  },
  upstream: {
    address: ({ upstreamAddress }) => upstreamAddress,
    port: ({ upstreamAddress }) => port(upstreamAddress),
    locality: missing("upstream.locality"),
    num_endpoints: missing("upstream.num_endpoints"),
    local_address: missing("upstream.local_address"),
    request_attempt_count: missing("upstream.request_attempt_count"),
    cx_pool_ready_duration: missing("upstream.cx_pool_ready_duration"),
  },
};
const MISSING_GROUPS = new Set(["metadata", "filter_state", "upstream_filter_state"]);

/**
 * Reads a property for a plugin: the bytes that it gets, or why it gets none.
 *
 * @param path the segments with NUL between them
 * @example
 * readProperty(context, "request\0path"); // Buffer "/foo"
 */
export function readProperty(context: Context, path: string): Buffer | Status {
  const [first, ...rest] = path.endsWith("\0") ? path.slice(0, -1).split("\0") : path.split("\0");
  const given = context.info?.given.get([first, ...rest].join("\0"));
  if (given) return given;
  if (path === "" || first === undefined) return Status.SerializationFailure;
  const { info } = context;
  if (info && MISSING_GROUPS.has(first)) throw new NotSupportedError(`the property ${first}`);
  if (info && Object.hasOwn(GROUPS, first)) return readAttribute(GROUPS[first]!, rest, info, context);
  const value = first === "connection_id" ? info?.connection.id : topLevel(context, first);
  return rest.length > 0 || value === undefined ? Status.NotFound : serialize(value);
}

function topLevel(context: Context, name: string): Value {
  const plugin = context.root?.plugin;
  if (name === "plugin_name") return plugin?.name;
  if (name === "plugin_root_id") return plugin?.rootId;
  if (name === "plugin_vm_id") return context.vm.id;
  return context.info?.filterState.get(name);
}

function readAttribute(
  group: Attributes,
  path: readonly string[],
  info: StreamInfo,
  context: Context,
): Buffer | Status {
  const [name, key, ...more] = path;
  // A group as a whole has no form that could be handed over.
  if (name === undefined) return Status.SerializationFailure;
  const value = Object.hasOwn(group, name) ? group[name]!(info, context) : undefined;
  if (key === undefined) return value === undefined ? Status.NotFound : serialize(value);
  if (!(value instanceof HeaderMap) || more.length > 0) return Status.NotFound;
  const values = value.getAll(key);
  return values.length === 0 ? Status.NotFound : serialize(values.join(","));
}

function serialize(value: Exclude<Value, undefined>): Buffer {
  if (typeof value === "string") return Buffer.from(value, "latin1");
  if (typeof value === "boolean") return Buffer.from([value ? 1 : 0]);
  if (typeof value === "bigint") {
    const number = Buffer.alloc(8);
    number.writeBigInt64LE(BigInt.asIntN(64, value));
    return number;
  }
  return Buffer.isBuffer(value) ? value : encodePairs(joined(value));
}

function joined(map: HeaderMap): Pair[] {
  const names = new Set(map.entries().map(([name]) => name));
  return [...names].map((name) => [name, map.getAll(name).join(",")]);
}
