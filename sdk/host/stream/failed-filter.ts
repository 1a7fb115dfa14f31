import { DataStatus, HeadersStatus, TrailersStatus } from "../abi.js";
import type { Filter } from "./filter-chain.js";
import { gatewayReply, type HttpStream, type StreamFilter } from "./http-stream.js";
import { NetworkStatus, type NetworkFilter, type TcpStream } from "./tcp-stream.js";
import { ResponseFlag } from "../message/response-flags.js";
import { failureReply } from "./stream-context.js";

const PASS: Filter = {
  headers: () => HeadersStatus.Continue,
  data: () => DataStatus.Continue,
  trailers: () => TrailersStatus.Continue,
};

/**
 * Stands where a plugin is missing: its VM has failed (503), or it never had a configuration that it took (500, what Envoy
 * answers while it waits for one).
 */
export class FailedFilter implements StreamFilter {
  readonly encoder = PASS;
  readonly decoder: Filter;
  private stream!: HttpStream;

  constructor(status: 500 | 503) {
    const stop = () => {
      if (status === 503) return this.stream.sendLocalReply(failureReply());
      this.stream.info.responseFlags |= ResponseFlag.NoFilterConfigFound;
      this.stream.sendLocalReply(gatewayReply(500, ""));
    };
    this.decoder = {
      headers: () => (stop(), HeadersStatus.StopAllIterationAndWatermark),
      data: () => DataStatus.StopIterationNoBuffer,
      trailers: () => TrailersStatus.StopIteration,
    };
  }

  attach(stream: HttpStream): void {
    this.stream = stream;
  }

  log(): void {}

  destroy(): void {}
}

/** The same for connections, which are closed. */
export function failedNetworkFilter(): NetworkFilter {
  let stream: TcpStream | undefined;
  return {
    attach: (of) => (stream = of),
    newConnection: () => {
      stream?.close();
      return NetworkStatus.StopIteration;
    },
    data: () => NetworkStatus.StopIteration,
    closed: () => {},
  };
}
