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
 * Replaces a plugin that cannot serve: its VM has failed (503), or it has not accepted any configuration yet (500, as
 * Envoy sends while it waits for one).
 */
export class FailedFilter implements StreamFilter {
  readonly encoder = PASS;
  readonly decoder: Filter;
  private stream!: HttpStream;

  constructor(status: 500 | 503, plugin: string) {
    const stop = () => {
      if (status === 503) return this.stream.sendLocalReply(failureReply(plugin));
      this.stream.info.responseFlags |= ResponseFlag.NoFilterConfigFound;
      this.stream.sendLocalReply({ ...gatewayReply(500, ""), plugin });
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

/** Replaces a plugin that cannot serve a connection, and closes the connection. */
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
