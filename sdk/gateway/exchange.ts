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
import { replace } from "./replace.js";
import { Router } from "./router.js";
import type { SentRequest } from "./tries.js";

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

/**
 * A request of a client on its way through the plugins to an upstream, whichever HTTP the client speaks. Where the gateway
 * follows a redirect itself, the request goes that way again, as a stream of its own.
 */
export class Exchange {
  private current!: { stream: HttpStream; router: Router };
  private redirects = 0;

  constructor(
    private readonly listener: HttpListener,
    private readonly connection: ConnectionInfo,
    private readonly client: ClientSide,
    private readonly options: ExchangeOptions,
  ) {
    const { clock } = listener.services;
    this.open({ wall: clock.wall(), monotonic: clock.monotonic() });
  }

  get stream(): HttpStream {
    return this.current.stream;
  }

  /** Makes the headers of the request, which has come, the gateway's own. */
  own(map: HeaderMap): void {
    const { connection } = this.stream.info;
    connection.source = this.listener.edge.own(map, connection.source);
  }

  /** Adds what the gateway says of the request to the response. */
  sign(response: HeaderMap): void {
    replace(response, "server", "envoy");
    this.listener.edge.sign(response, this.stream.info.requestHeaders);
  }

  /** The client takes no more of the response for now, or goes on. */
  flow(paused: boolean): void {
    this.current.router.flow(paused);
  }

  /** Answers a request that plugins do not get to see: they are told of its end only. */
  refuse(map: HeaderMap, reply: PluginReply): void {
    this.stream.rejectRequest(map, reply);
  }

  /** The client has left before the response was out. */
  abandon(details: string, flag: bigint = ResponseFlag.DownstreamConnectionTermination): void {
    this.stream.info.codeDetails = details;
    this.stream.info.responseFlags |= flag;
    this.listener.abandoned++;
  }

  /** All is over: plugins are told. */
  end(): void {
    const { stream, router } = this.current;
    router.abort();
    stream.info.endedAt = this.listener.services.clock.monotonic();
    stream.destroy();
  }

  private open(began: StreamInfo["began"]): void {
    const { listener, client } = this;
    const { protocol, tunnel, bufferLimit } = this.options;
    const slow = (paused: boolean) => client.slow("upstream", paused);
    const notDone = (name: string) => listener.notDone.say(name);
    const restart = (request: SentRequest, most: number) => this.restart(request, most);
    const options = { tunnel, bufferLimit, isSilent: listener.edge.isSilent };
    const router = new Router(listener.clusters, slow, notDone, options, restart);
    const info = new StreamInfo(began, this.connection, (headers) => listener.routes.find(headers));
    info.protocol = protocol;
    const filters = listener.plugins.map((plugin) => plugin.newFilter());
    const stream = new HttpStream(
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
    router.stream = stream;
    this.current = { stream, router };
  }

  private restart({ map, body }: SentRequest, most: number): boolean {
    if (this.redirects >= most) return false;
    this.redirects++;
    const { info } = this.stream;
    this.end();
    this.open(info.began);
    this.stream.info.received = info.received;
    this.stream.info.connection.source = info.connection.source;
    const bytes = Buffer.concat(body);
    this.stream.requestHeaders(map, bytes.length === 0);
    if (bytes.length > 0) this.stream.requestData(bytes, true);
    return true;
  }
}
