import { socketAddress } from "./socket-address.js";
import type { ClusterSpec } from "../spec/gateway-spec.js";

/** Envoy's configuration of a cluster. */
export function cluster(spec: ClusterSpec): object {
  const type = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const address = socketAddress(spec.address ?? "127.0.0.1", spec.port);
  return {
    name: spec.name,
    type: "STATIC",
    connect_timeout: "1s",
    load_assignment: { cluster_name: spec.name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": type,
        explicit_http_config: spec.http2
          ? { http2_protocol_options: {} }
          : { http_protocol_options: { enable_trailers: true } },
      },
    },
  };
}
