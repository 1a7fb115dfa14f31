import { DataStatus, HeadersStatus, TrailersStatus } from "./enums";

/**
 * The callbacks of proxy-wasm ABI 0.2.1 and Higress's 0.2.100. The methods of this class let everything pass. `exports.ts`
 * exports the callbacks with their ABI signatures. To handle callbacks, extend this class and pass it to `setCallbacks`.
 */
export class Callbacks {
  onContextCreate(id: u32, parent: u32): void {}
  onVmStart(root: u32, configurationSize: i32): bool {
    return true;
  }
  validateConfiguration(root: u32, configurationSize: i32): bool {
    return true;
  }
  onConfigure(root: u32, configurationSize: i32): bool {
    return true;
  }
  onTick(root: u32): void {}
  onQueueReady(root: u32, queue: u32): void {}

  onRequestHeaders(id: u32, count: i32, endOfStream: bool): HeadersStatus {
    return HeadersStatus.Continue;
  }
  onRequestBody(id: u32, size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onRequestTrailers(id: u32, count: i32): TrailersStatus {
    return TrailersStatus.Continue;
  }
  onRequestMetadata(id: u32, count: i32): void {}
  onResponseHeaders(id: u32, count: i32, endOfStream: bool): HeadersStatus {
    return HeadersStatus.Continue;
  }
  onResponseBody(id: u32, size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onResponseTrailers(id: u32, count: i32): TrailersStatus {
    return TrailersStatus.Continue;
  }
  onResponseMetadata(id: u32, count: i32): void {}

  onNewConnection(id: u32): DataStatus {
    return DataStatus.Continue;
  }
  onDownstreamData(id: u32, size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onDownstreamConnectionClose(id: u32, peer: i32): void {}
  onUpstreamData(id: u32, size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onUpstreamConnectionClose(id: u32, peer: i32): void {}

  onHttpCallResponse(root: u32, token: u32, headers: i32, bodySize: i32, trailers: i32): void {}
  onGrpcReceiveInitialMetadata(root: u32, token: u32, count: i32): void {}
  onGrpcReceive(root: u32, token: u32, size: i32): void {}
  onGrpcReceiveTrailingMetadata(root: u32, token: u32, count: i32): void {}
  onGrpcClose(root: u32, token: u32, status: i32): void {}
  onForeignFunction(id: u32, functionId: u32, size: i32): void {}
  onRedisCallResponse(root: u32, token: u32, status: i32, size: i32): void {}

  onLog(id: u32): void {}
  onDone(id: u32): bool {
    return true;
  }
  onDelete(id: u32): void {}
}

let callbacks: Callbacks = new Callbacks();

/** Sets the handler of this module's callbacks. */
export function setCallbacks(handler: Callbacks): void {
  callbacks = handler;
}

/** The handler of this module's callbacks. */
// @ts-ignore: decorator
@inline
export function handler(): Callbacks {
  return callbacks;
}
