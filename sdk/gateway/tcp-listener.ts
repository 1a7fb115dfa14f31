import type { Socket } from "node:net";
import type { ConnectionInfo, Plugin, Services } from "../host/index.js";
import { Listener, type OpenConnection } from "./listener.js";
import type { Upstream } from "./upstream.js";

/** What a spec sets for the connections of a TCP listener. A connection keeps the settings that it began with. */
export interface TcpSettings {
  plugins: readonly Plugin[];
  clusters: ReadonlyMap<string, Upstream>;
  /** The cluster's name, as a string of bytes. */
  cluster: string;
}

/** A listener for TCP, whose connections lead to one cluster. */
export class TcpListener extends Listener<TcpSettings> {
  constructor(
    name: string,
    settings: TcpSettings,
    services: Services,
    private readonly newConnection: (socket: Socket, listener: TcpListener, info: ConnectionInfo) => OpenConnection,
  ) {
    super(name, settings, services);
  }

  protected accept(socket: Socket, info: ConnectionInfo): OpenConnection {
    return this.newConnection(socket, this, info);
  }
}
