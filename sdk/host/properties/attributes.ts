import { findState } from "./filter-state.js";
import { HeaderMap } from "../message/header-map.js";
import { grpcStatusOf } from "../message/local-reply.js";
import { EMPTY_MESSAGE, metadataMessage, nodeMessage } from "./metadata.js";
import type { PropertySource } from "./property-source.js";
import type { StreamInfo } from "./stream-info.js";
import { Moment, ValueMap, type Value } from "./values.js";

type Read = (info: StreamInfo, context: PropertySource) => Value | undefined;
type Attributes = Readonly<Record<string, Read>>;

const NO_HEADERS = new HeaderMap("request");

const header = (name: string) => (_info: StreamInfo, context: PropertySource) => context.requestHeaders?.get(name);
const path = (context: PropertySource) => context.requestHeaders?.get(":path");
const port = (address: string | undefined) => (address === undefined ? undefined : BigInt(address.replace(/^.*:/, "")));
const lasting = (ns: bigint | undefined) => (ns === undefined ? undefined : new Moment("duration", ns));
const size = (map: HeaderMap | undefined) => BigInt(map?.byteSize ?? 0);

/** Headers by name; several values of a name are joined. A missing map is empty. */
function headers(map: HeaderMap = NO_HEADERS): ValueMap {
  const joined = (key: string) => {
    const values = map.getAll(key);
    return values.length === 0 ? undefined : values.join(",");
  };
  return new ValueMap(joined, () => [...new Set(map.entries().map(([name]) => name))]);
}

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
  headers: (_info, context) => headers(context.requestHeaders),
  headers_bytes: (_info, context) => size(context.requestHeaders),
  time: ({ began }) => new Moment("timestamp", began.wall),
  protocol: ({ protocol }) => protocol,
  size: ({ received }, context) => {
    const length = context.requestHeaders?.get("content-length");
    return length !== undefined && /^\d+$/.test(length) ? BigInt(length) : BigInt(received);
  },
  total_size: ({ received }, context) => BigInt(received) + size(context.requestHeaders),
  duration: ({ endedAt, began }) => lasting(endedAt === undefined ? undefined : endedAt - began.monotonic),
};

const RESPONSE: Attributes = {
  code: ({ responseCode }) => (responseCode === undefined ? undefined : BigInt(responseCode)),
  code_details: ({ codeDetails }) => codeDetails,
  headers: (_info, context) => headers(context.responseHeaders),
  headers_bytes: (_info, context) => size(context.responseHeaders),
  trailers: (_info, context) => headers(context.responseTrailers),
  size: ({ sent }) => BigInt(sent),
  total_size: ({ sent }, context) => BigInt(sent) + size(context.responseHeaders) + size(context.responseTrailers),
  flags: ({ responseFlags }) => responseFlags,
  // A response that is not gRPC gets the status that corresponds to its code.
  grpc_status: ({ responseCode }, context) => {
    const given = [context.responseTrailers, context.responseHeaders].map((map) => map?.get("grpc-status"));
    const status = given.find((one) => one !== undefined && /^\d+$/.test(one));
    if (status !== undefined) return BigInt(status);
    return responseCode === undefined ? undefined : BigInt(grpcStatusOf(responseCode));
  },
  backend_latency: ({ backendLatency }) => lasting(backendLatency),
};

/** Clients have no certificates. Like Envoy without its TLS inspector, the host does not know the requested server name. */
const CONNECTION: Attributes = {
  id: ({ connection }) => connection.id,
  mtls: () => false,
  requested_server_name: () => "",
  tls_version: ({ connection: { tls } }) => tls?.version,
  subject_local_certificate: ({ connection: { tls } }) => tls?.subject,
  dns_san_local_certificate: ({ connection: { tls } }) => tls?.dnsName,
  uri_san_local_certificate: ({ connection: { tls } }) => tls?.uri,
  subject_peer_certificate: ({ connection: { tls } }) => tls && "",
};

const onceChosen =
  (value: Value): Read =>
  ({ upstreamAddress }) =>
    upstreamAddress === undefined ? undefined : value;

const UPSTREAM: Attributes = {
  address: ({ upstreamAddress }) => upstreamAddress,
  port: ({ upstreamAddress }) => port(upstreamAddress),
  local_address: ({ upstreamLocal }) => upstreamLocal(),
  num_endpoints: ({ cluster }) => (cluster === undefined ? undefined : 1n),
  request_attempt_count: ({ upstreamAttempts }) => BigInt(upstreamAttempts),
  cx_pool_ready_duration: ({ upstreamReadyDuration }) => lasting(upstreamReadyDuration),
  transport_failure_reason: ({ transportFailure }) => transportFailure,
  locality: onceChosen(EMPTY_MESSAGE),
};

const XDS: Attributes = {
  route_name: ({ route }) => route?.name,
  route_metadata: ({ route }) => route && metadataMessage(route.metadata),
  cluster_name: ({ cluster }) => cluster,
  cluster_metadata: ({ cluster, route }) =>
    cluster === undefined ? undefined : metadataMessage(route?.clusterMetadata),
  virtual_host_name: ({ virtualHost }) => virtualHost,
  virtual_host_metadata: ({ route }) => route && metadataMessage(route.virtualHostMetadata),
  listener_direction: ({ listener }) => BigInt(listener.direction ?? 0),
  listener_metadata: ({ listener }) => metadataMessage(listener.metadata),
  filter_chain_name: ({ listener }) => listener.filterChainName ?? "",
  // The upstream host exists, but its metadata is unknown: the value cannot be serialized.
  upstream_host_metadata: onceChosen(null),
  upstream_host_locality_metadata: onceChosen(null),
};

const GROUPS: Readonly<Record<string, Attributes>> = {
  request: REQUEST,
  response: RESPONSE,
  connection: CONNECTION,
  upstream: UPSTREAM,
  source: { address: ({ connection }) => connection.source, port: ({ connection }) => port(connection.source) },
  destination: {
    address: ({ connection }) => connection.destination,
    port: ({ connection }) => port(connection.destination),
  },
};

/** The attribute of a name in a context: a group of attributes, or a message. */
export function attribute(context: PropertySource, name: string): Value | undefined {
  const { info } = context;
  if (name === "xds") return group(context, XDS, { node: nodeMessage(context.vm.services.node ?? NOBODY) });
  if (!info) return undefined;
  if (name === "metadata") return metadataMessage(info.metadata);
  if (name === "filter_state") return new ValueMap((key) => findState(info, key)?.value);
  if (name === "upstream_filter_state") {
    return info.upstreamAddress === undefined ? undefined : new ValueMap(() => undefined);
  }
  return Object.hasOwn(GROUPS, name) ? group(context, GROUPS[name]!) : undefined;
}

const NOBODY = { id: "", cluster: "" };

function group(context: PropertySource, attributes: Attributes, more: Readonly<Record<string, Value>> = {}): ValueMap {
  return new ValueMap((key) => {
    if (Object.hasOwn(more, key)) return more[key];
    return context.info && Object.hasOwn(attributes, key) ? attributes[key]!(context.info, context) : undefined;
  });
}
