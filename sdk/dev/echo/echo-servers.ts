import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { EchoRequest, EchoResult } from "./echo-worker.js";
import type { EchoProtocol } from "./start-echo.js";

/**
 * Upstreams that respond with the request that arrived, as JSON. They stand in for the services that a developer does
 * not run. gRPC requests and TCP connections get their own bytes back.
 *
 * The servers run in a thread of their own. Node accepts one connection of a server in a turn of the event loop. The
 * turns of a gateway with a thousand connections take up to a second, so requests would wait in the echo's queue until
 * they time out.
 *
 * @example
 * await using echoes = new EchoServers();
 * const port = await echoes.port("default/foo:80", "http1");
 */
export class EchoServers {
  private readonly ports = new Map<string, Promise<number>>();
  private readonly stopping = new AbortController();
  private worker: Worker | undefined;

  /** The port of a service's echo on 127.0.0.1. The same service keeps its port. */
  port(service: string, protocol: EchoProtocol): Promise<number> {
    const key = `${protocol} ${service}`;
    let port = this.ports.get(key);
    if (!port) this.ports.set(key, (port = this.start({ key, service, protocol })));
    return port;
  }

  /** Closes all servers and their connections. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.worker?.terminate();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private async start(request: EchoRequest): Promise<number> {
    const worker = (this.worker ??= startWorker());
    worker.postMessage(request);
    for (;;) {
      const [result] = (await once(worker, "message", this.stopping)) as [EchoResult];
      if (result.key !== request.key) continue;
      if (result.port === undefined) throw new Error(`the echo of ${request.service} does not start: ${result.error}`);
      return result.port;
    }
  }
}

function startWorker(): Worker {
  const isSource = import.meta.url.endsWith(".ts");
  const file = new URL(isSource ? "echo-sources.mjs" : "echo-worker.js", import.meta.url);
  const worker = new Worker(file, { execArgv: [], name: "echo" });
  worker.setMaxListeners(0);
  // The servers do not keep the command alive.
  worker.unref();
  return worker;
}
