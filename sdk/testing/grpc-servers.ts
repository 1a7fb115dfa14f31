import type { GrpcEvents, GrpcRequest, GrpcStream } from "../host/index.js";

type Client = import("../gateway/grpc.js").GrpcClient;

const PORT = 80;

/** The connections of a plugin under test to real servers of gRPC. */
export class GrpcServers {
  readonly #clients = new Map<string, Client>();

  /** Begins a call; undefined where HTTP/2 cannot carry its metadata. */
  async open(server: URL, request: GrpcRequest, events: GrpcEvents): Promise<GrpcStream | undefined> {
    // Only now: most tests ask none, and these modules take long to load.
    const { GrpcClient } = await import("../gateway/grpc.js");
    const { host, hostname, port } = server;
    let client = this.#clients.get(host);
    if (!client) {
      client = new GrpcClient({ get: () => ({ address: hostname, port: Number(port || PORT) }) });
      this.#clients.set(host, client);
    }
    // The time limit is the plugin's, whose clock is another.
    return client.open({ ...request, timeoutMs: 0 }, events);
  }
}
