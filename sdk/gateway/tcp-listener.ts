import type { Socket } from "node:net";
import type { TcpListenerSpec } from "../spec/gateway-spec.js";
import { byteString, type ConnectionInfo, type Plugin, type Services } from "../host/index.js";
import { Listener, type OpenConnection } from "./listener.js";
import type { Upstream } from "./upstream.js";

/** A listener for TCP, whose connections lead to one cluster. */
export class TcpListener extends Listener {
  /** The cluster's name, as a string of bytes. */
  readonly cluster: string;

  constructor(
    spec: TcpListenerSpec,
    plugins: readonly Plugin[],
    clusters: ReadonlyMap<string, Upstream>,
    services: Services,
    private readonly newConnection: (socket: Socket, listener: TcpListener, info: ConnectionInfo) => OpenConnection,
  ) {
    super(spec, plugins, clusters, services);
    this.cluster = byteString(spec.tcp);
  }

  protected accept(socket: Socket, info: ConnectionInfo): OpenConnection {
    return this.newConnection(socket, this, info);
  }
}
