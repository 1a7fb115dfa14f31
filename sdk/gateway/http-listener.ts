import type { Socket } from "node:net";
import type { ListenerSpec } from "../spec/gateway-spec.js";
import { DEFAULT_BUFFER_LIMIT, type ConnectionInfo, type Plugin, type Services } from "../host/index.js";
import { Edge } from "./edge.js";
import { Listener, type OpenConnection } from "./listener.js";
import { UnsupportedHeaders } from "./unsupported-headers.js";
import { RouteTable } from "./routes.js";
import type { Upstream } from "./upstream.js";

/** A listener for HTTP, with plugins and routes. */
export class HttpListener extends Listener {
  readonly routes: RouteTable;
  readonly unsupportedHeaders: UnsupportedHeaders;
  readonly edge: Edge;
  readonly bufferLimit: number;

  constructor(
    private readonly spec: ListenerSpec,
    plugins: readonly Plugin[],
    clusters: ReadonlyMap<string, Upstream>,
    services: Services,
    private readonly newConnection: (socket: Socket, listener: HttpListener, info: ConnectionInfo) => OpenConnection,
  ) {
    super(spec, plugins, clusters, services);
    this.routes = new RouteTable(spec.routes, spec);
    this.bufferLimit = spec.bufferLimitBytes ?? DEFAULT_BUFFER_LIMIT;
    this.edge = new Edge(spec);
    this.unsupportedHeaders = new UnsupportedHeaders((line) => services.log(line));
  }

  allowsUpgrade(protocol: string): boolean {
    return (this.spec.upgrades ?? []).some((one) => one.toLowerCase() === protocol.toLowerCase());
  }

  protected accept(socket: Socket, info: ConnectionInfo): OpenConnection {
    return this.newConnection(socket, this, info);
  }
}
