import type { ListenerSpec } from "../spec/gateway-spec.js";
import { DEFAULT_BUFFER_LIMIT, type Plugin } from "../host/index.js";
import { Edge } from "./edge.js";
import { RouteTable } from "./routes.js";
import type { Upstream } from "./upstream.js";

/** What a spec sets for the requests of a listener. A request keeps the settings that it began with. */
export class HttpSettings {
  readonly routes: RouteTable;
  readonly edge: Edge;
  readonly bufferLimit: number;

  constructor(
    private readonly spec: ListenerSpec,
    /** In the order in which requests pass through them. */
    readonly plugins: readonly Plugin[],
    readonly clusters: ReadonlyMap<string, Upstream>,
  ) {
    this.routes = new RouteTable(spec.routes, spec);
    this.edge = new Edge(spec);
    this.bufferLimit = spec.bufferLimitBytes ?? DEFAULT_BUFFER_LIMIT;
  }

  allowsUpgrade(protocol: string): boolean {
    return (this.spec.upgrades ?? []).some((one) => one.toLowerCase() === protocol.toLowerCase());
  }
}
