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

/** The part of a client's connection that serves one request. */
export interface ClientSide {
  /** Receives the response. */
  downstream: Sink;
  /** Pauses or resumes reading the request. */
  slow(reason: "filters" | "upstream", paused: boolean): void;
  /** Called when the whole response is sent. */
  finished(): void;
  /** Called when the response ends early. The connection must show this to the client. */
  broken(): void;
}

export interface ExchangeOptions {
  /** The value of the property `request.protocol`, such as "HTTP/2". */
  protocol: string;
  /** Whether the request opens a tunnel (an upgrade or CONNECT). */
  tunnel: boolean;
  /** How many bytes of a body the filters together may buffer. */
  bufferLimit: number;
}

/**
 * A request of a client on its way through the plugins to an upstream, for HTTP/1 and HTTP/2. When the gateway follows
 * a redirect itself, the request passes through the plugins again as a new stream.
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

  /** Sets the gateway's own headers in the request. */
  updateRequest(map: HeaderMap): void {
    const { connection } = this.stream.info;
    connection.source = this.listener.edge.updateRequest(map, connection.source);
  }

  /** Sets the gateway's own headers in the response. */
  updateResponse(response: HeaderMap): void {
    replace(response, "server", "envoy");
    this.listener.edge.updateResponse(response, this.stream.info.requestHeaders);
  }

  /** Pauses the response while the client cannot receive more bytes, and resumes it afterwards. */
  flow(paused: boolean): void {
    this.current.router.flow(paused);
  }

  /**
   * Sends a local reply to a request that plugins do not see. They only get the callbacks for the end of the stream.
   */
  refuse(map: HeaderMap, reply: PluginReply): void {
    this.stream.rejectRequest(map, reply);
  }

  /** Notes that the client disconnected before the end of the response. */
  abandon(details: string, flag: bigint = ResponseFlag.DownstreamConnectionTermination): void {
    this.stream.info.codeDetails = details;
    this.stream.info.responseFlags |= flag;
    this.listener.abandoned++;
  }

  /** Ends the stream, for the plugins too. */
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
    const onUnsupported = (name: string) => listener.unsupportedHeaders.warn(name);
    const restart = (request: SentRequest, most: number) => this.restart(request, most);
    const options = { tunnel, bufferLimit, isSilent: listener.edge.isSilent };
    const router = new Router(listener.clusters, slow, onUnsupported, options, restart);
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
