import { Status } from "../abi.js";
import type { Pair } from "../message/pairs.js";
import { bytesField, readMessage, type Field } from "../properties/protobuf.js";

/** Where a gRPC call goes. */
export interface GrpcTarget {
  cluster: string;
  /** The metadata that the configuration of the service adds to each call. */
  metadata: readonly Pair[];
}

/**
 * Reads the service that a plugin names: a message `envoy.config.core.v3.GrpcService`, or else the name of a cluster.
 */
export function grpcTarget(service: Buffer, isCluster: (name: string) => boolean): GrpcTarget | Status {
  const fields = readMessage(service);
  if (!fields) {
    const cluster = service.toString("latin1");
    return isCluster(cluster) ? { cluster, metadata: [] } : Status.ParseFailure;
  }
  // Field 1 is envoy_grpc. This host does not have google_grpc, field 2.
  const envoy = fields.has(1) ? readMessage(bytesField(fields, 1) ?? Buffer.alloc(0)) : undefined;
  const cluster = envoy && bytesField(envoy, 1)?.toString("latin1");
  if (cluster === undefined || cluster === "") return Status.BadArgument;
  return { cluster, metadata: (fields.get(5) ?? []).flatMap(headerValue) };
}

/** `HeaderValue { string key = 1; string value = 2 }` */
function headerValue(field: Field): Pair[] {
  const fields = Buffer.isBuffer(field) ? readMessage(field) : undefined;
  const [key, value] = [1, 2].map((number) => fields && bytesField(fields, number)?.toString("latin1"));
  return key === undefined || value === undefined ? [] : [[key, value]];
}
