import {
  HttpStream,
  ResponseFlag,
  StreamInfo,
  type ConnectionInfo,
  type HeaderMap,
  type PluginReply,
  type Sink,
} from "../host/index.js";
import type { HttpListener } from "./http-listener.js";
import { Router } from "./router.js";

/** What a client's connection does for one of its requests. */
export interface ClientSide {
  /** Takes the response. */
  downstream: Sink;
  /** Holds the reading of the request back, or lets it go on. */
  slow(reason: "filters" | "upstream", paused: boolean): void;
  /** The response is out. */
  finished(): void;
  /** The client must notice that the response breaks off. */
  broken(): void;
}

export interface ExchangeOptions {
  /** As plugins read it, such as "HTTP/2". */
  protocol: string;
  /** The request wants to become a tunnel. */
  tunnel: boolean;
  /** How many bytes of a body the filters may hold together. */
  bufferLimit: number;
}

/** A request of a client on its way through the plugins to an upstream, whichever HTTP the client speaks. */
export class Exchange {
  readonly stream: HttpStream;
  private readonly router: Router;

  constructor(
    private readonly listener: HttpListener,
    connection: ConnectionInfo,
    client: ClientSide,
    { protocol, tunnel, bufferLimit }: ExchangeOptions,
  ) {
    const { clock } = listener.services;
    const slow = (paused: boolean) => client.slow("upstream", paused);
    const router = new Router(listener.clusters, tunnel, slow, bufferLimit, (name) => listener.notDone.say(name));
    this.router = router;
    const began = { wall: clock.wall(), monotonic: clock.monotonic() };
    const info = new StreamInfo(began, connection, (headers) => listener.routes.find(headers));
    info.protocol = protocol;
    const filters = listener.plugins.map((plugin) => plugin.newFilter());
    this.stream = new HttpStream(
      filters.filter((one) => one !== undefined),
      {
        upstream: router,
        downstream: client.downstream,
        requestFlow: (paused) => client.slow("filters", paused),
        responseFlow: (paused) => router.flow(paused),
        finished: () => client.finished(),
        broken: () => client.broken(),
      },
      info,
      bufferLimit,
    );
    router.stream = this.stream;
  }

  /** The client takes no more of the response for now, or goes on. */
  flow(paused: boolean): void {
    this.router.flow(paused);
  }

  /** Answers a request that plugins do not get to see: they are told of its end only. */
  refuse(map: HeaderMap, reply: PluginReply): void {
    this.stream.refuse(map, reply);
  }

  /** The client has left before the response was out. */
  abandon(details: string, flag: bigint = ResponseFlag.DownstreamConnectionTermination): void {
    this.stream.info.codeDetails = details;
    this.stream.info.responseFlags |= flag;
    this.listener.abandoned++;
  }

  /** All is over: plugins are told. */
  end(): void {
    this.router.abort();
    this.stream.info.endedAt = this.listener.services.clock.monotonic();
    this.stream.destroy();
  }
}
