import { settle } from "../abi/entry";
import { Status } from "../abi/enums";
import {
  proxy_get_status,
  proxy_grpc_call,
  proxy_grpc_cancel,
  proxy_grpc_close,
  proxy_grpc_send,
  proxy_grpc_stream,
} from "../abi/imports";
import { addressSlot, numberSlot, sizeSlot, takenText } from "../abi/memory";
import { encodePairs, isReadable } from "../abi/pairs";
import { MessageWriter } from "../abi/protobuf-writer";
import { encodeUtf8 } from "../abi/utf8";
import { Dispatched } from "./http-call";

/** The target of a gRPC call. */
export class GrpcTarget {
  /**
   * @param cluster the name of the cluster
   * @param host the `:authority` of the call; "" for the name of the cluster
   * @param service the full name of the service: `package.Service`
   */
  constructor(
    readonly cluster: string,
    readonly host: string,
    readonly service: string,
    readonly method: string,
  ) {}

  /**
   * A message `envoy.config.core.v3.GrpcService` with an `envoy_grpc`. A host also takes the bare name of a cluster, but reads
   * some names, such as `users`, as such a message.
   */
  encoded(): ArrayBuffer {
    const envoy = new MessageWriter().text(1, this.cluster);
    if (this.host.length > 0) envoy.text(2, this.host);
    return new MessageWriter().bytes(1, envoy.finish()).finish();
  }
}

/** Sends a gRPC call with one message. The root context gets the result, with the token. */
export function dispatchGrpcCall(
  target: GrpcTarget,
  metadata: string[][],
  message: ArrayBuffer,
  timeoutMs: u32,
): Dispatched {
  const pairs = encodePairs(metadata);
  if (!isReadable(metadata.length, pairs)) return new Dispatched(Status.SerializationFailure, 0);
  const service = target.encoded();
  const name = encodeUtf8(target.service);
  const method = encodeUtf8(target.method);
  settle();
  const status = proxy_grpc_call(
    changetype<usize>(service),
    service.byteLength,
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(method),
    method.byteLength,
    changetype<usize>(pairs),
    pairs.byteLength,
    changetype<usize>(message),
    message.byteLength,
    timeoutMs,
    numberSlot(),
  );
  return new Dispatched(status, load<u32>(numberSlot()));
}

/** Begins a gRPC stream. The root context gets its messages, with the token. */
export function dispatchGrpcStream(target: GrpcTarget, metadata: string[][]): Dispatched {
  const pairs = encodePairs(metadata);
  if (!isReadable(metadata.length, pairs)) return new Dispatched(Status.SerializationFailure, 0);
  const service = target.encoded();
  const name = encodeUtf8(target.service);
  const method = encodeUtf8(target.method);
  settle();
  const status = proxy_grpc_stream(
    changetype<usize>(service),
    service.byteLength,
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(method),
    method.byteLength,
    changetype<usize>(pairs),
    pairs.byteLength,
    numberSlot(),
  );
  return new Dispatched(status, load<u32>(numberSlot()));
}

/** Sends a message on a gRPC stream. */
export function sendGrpcMessage(token: u32, message: ArrayBuffer, isLast: bool): Status {
  settle();
  return proxy_grpc_send(token, changetype<usize>(message), message.byteLength, isLast ? 1 : 0);
}

/** Ends the plugin's half of a gRPC stream. */
export function closeGrpcStream(token: u32): Status {
  settle();
  return proxy_grpc_close(token);
}

/** Cancels a gRPC call or stream. The root context hears no more of it. */
export function cancelGrpcCall(token: u32): Status {
  settle();
  return proxy_grpc_cancel(token);
}

/** The message of the status with which a gRPC call has ended. The host has it only during the callback. */
export function grpcStatusMessage(): string {
  return proxy_get_status(numberSlot(), addressSlot(), sizeSlot()) == Status.Ok ? takenText() : "";
}
