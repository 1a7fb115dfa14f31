import type { ListenerSpec, TlsSpec } from "../spec/gateway-spec.js";
import { DEFAULT_BUFFER_LIMIT, type Plugin } from "../host/index.js";
import { Edge } from "./edge.js";
import { PathNormalizer } from "./path-normalizer.js";
import { RouteTable } from "./routes.js";
import { TlsServer } from "./tls-server.js";
import type { Upstream } from "./upstream.js";

/** What a spec sets for the requests of a listener. A request keeps the settings that it began with. */
export class HttpSettings {
  readonly routes: RouteTable;
  readonly edge: Edge;
  readonly paths: PathNormalizer;
  readonly bufferLimit: number;
  /** Undefined for plain text. */
  readonly tls: TlsServer | undefined;

  /** @throws Error for a certificate or a key that OpenSSL does not accept */
  constructor(
    private readonly spec: ListenerSpec,
    /** In the order in which requests pass through them. */
    readonly plugins: readonly Plugin[],
    readonly clusters: ReadonlyMap<string, Upstream>,
  ) {
    this.routes = new RouteTable(spec.routes, spec);
    this.edge = new Edge(spec);
    this.paths = new PathNormalizer(spec);
    this.tls = spec.tls && tlsServer(spec.name, spec.tls);
    this.bufferLimit = spec.bufferLimitBytes ?? DEFAULT_BUFFER_LIMIT;
  }

  allowsUpgrade(protocol: string): boolean {
    return (this.spec.upgrades ?? []).some((one) => one.toLowerCase() === protocol.toLowerCase());
  }
}

function tlsServer(listener: string, spec: TlsSpec): TlsServer {
  try {
    return new TlsServer(spec);
  } catch (error) {
    throw new Error(`listener "${listener}": the certificate or the key is not valid: ${(error as Error).message}`);
  }
}
