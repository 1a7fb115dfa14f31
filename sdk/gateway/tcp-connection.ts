import { connect, type Socket } from "node:net";
import { CloseType, findState, ResponseFlag, StreamInfo, TcpStream, type ConnectionInfo } from "../host/index.js";
import type { OpenConnection } from "./listener.js";
import { REFUSED } from "./router.js";
import { TcpEnd } from "./tcp-end.js";
import type { TcpListener, TcpSettings } from "./tcp-listener.js";
import { CONNECT_TIMEOUT_MS, startTimer } from "./timer.js";

/** A client's connection and the connection to the upstream, with plugins between them, like Envoy's TCP proxy. */
export class TcpConnection implements OpenConnection {
  readonly active = 1;
  private readonly client: TcpEnd;
  private upstream: TcpEnd | undefined;
  private readonly stream: TcpStream;
  private readonly settings: TcpSettings;

  constructor(
    socket: Socket,
    private readonly listener: TcpListener,
    info: ConnectionInfo,
  ) {
    const { clock } = listener.services;
    this.settings = listener.settings;
    this.client = new TcpEnd(socket, {
      data: (bytes, end) => this.stream.downstreamData(bytes, end),
      drained: () => this.upstream?.hold("client", false),
      closed: (by, reset) => this.clientClosed(by, reset),
    });
    // The client's bytes wait until the upstream is connected.
    this.client.hold("upstream", true);
    const filters = this.settings.plugins.map((plugin) => plugin.newNetworkFilter());
    this.stream = new TcpStream(
      filters.filter((one) => one !== undefined),
      {
        connect: () => this.connect(),
        toUpstream: (bytes, end) => {
          if (this.upstream?.write(bytes, end) === false) this.client.hold("writing", true);
        },
        toDownstream: (bytes, end) => {
          if (!this.client.write(bytes, end)) this.upstream?.hold("client", true);
        },
        flow: (side, paused) => (side === "downstream" ? this.client : this.upstream)?.hold("filters", paused),
        close: () => this.client.closeAfterWriting(),
      },
      new StreamInfo({ wall: clock.wall(), monotonic: clock.monotonic() }, info, () => undefined),
    );
    this.stream.info.protocol = undefined;
    this.stream.info.transportFailure = "";
    // Deferred, because the listener does not have this connection yet.
    setImmediate(() => this.stream.newConnection());
  }

  /** Does nothing: a TCP connection continues until the grace period is over. */
  retire(): void {}

  destroy(): void {
    this.client.close(CloseType.Local);
  }

  private connect(): void {
    const { info } = this.stream;
    // A plugin may have chosen another cluster with `set_envoy_filter_state`.
    const name = findState(info, "envoy.tcp_proxy.cluster")?.value.toString("latin1") ?? this.settings.cluster;
    const cluster = this.settings.clusters.get(name);
    if (!cluster) {
      info.responseFlags |= ResponseFlag.NoClusterFound;
      return this.destroy();
    }
    info.tcpCluster = name;
    info.upstreamAddress = `${cluster.address}:${cluster.port}`;
    info.upstreamAttempts++;
    const socket = connect({ host: cluster.address, port: cluster.port, noDelay: true, allowHalfOpen: true });
    const stopTimer = startTimer(CONNECT_TIMEOUT_MS, () => socket.destroy());
    let isConnected = false;
    socket.once("connect", () => {
      isConnected = true;
      stopTimer();
      const local = `${socket.localAddress}:${socket.localPort}`;
      info.upstreamLocal = () => local;
      this.client.hold("upstream", false);
    });
    this.upstream = new TcpEnd(socket, {
      data: (bytes, end) => this.stream.upstreamData(bytes, end),
      drained: () => this.client.hold("writing", false),
      closed: (_, reset) => {
        stopTimer();
        if (!isConnected) {
          info.responseFlags |= ResponseFlag.UpstreamConnectionFailure | ResponseFlag.UpstreamRetryLimitExceeded;
          info.transportFailure = REFUSED;
        } else if (reset) info.responseFlags |= ResponseFlag.UpstreamRemoteReset;
        if (reset) this.client.reset();
        else this.client.closeAfterWriting();
      },
    });
  }

  private clientClosed(by: CloseType.Local | CloseType.Remote, reset: boolean): void {
    this.stream.closed(by);
    if (reset) this.upstream?.reset();
    else if (by === CloseType.Remote) this.upstream?.closeAfterWriting();
    else this.upstream?.close(CloseType.Local);
    this.listener.gone(this);
  }
}
