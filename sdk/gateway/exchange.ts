import {
  gatewayReply,
  HttpStream,
  readableText,
  ResponseFlag,
  StreamInfo,
  type ConnectionInfo,
  type HeaderMap,
  type PluginReply,
  type Sink,
} from "../host/index.js";
import type { RequestLine } from "../spec/request-line.js";
import type { HttpListener } from "./http-listener.js";
import type { HttpSettings } from "./http-settings.js";
import { replace } from "./replace.js";
import { Router } from "./router.js";
import type { SentRequest } from "./tries.js";

type Headers = Pick<ReadonlyMap<string, string>, "get">;

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
  /** The listener's settings when the request began. */
  private settings!: HttpSettings;
  private redirects = 0;
  private target = targetOf(new Map());
  /** The status code that the client got; 0 if it got none. */
  private status = 0;

  constructor(
    private readonly listener: HttpListener,
    private readonly connection: ConnectionInfo,
    private readonly client: ClientSide,
    private readonly options: ExchangeOptions,
  ) {
    const { clock } = listener.services;
    listener.count("rq_total");
    this.open({ wall: clock.wall(), monotonic: clock.monotonic() });
  }

  get stream(): HttpStream {
    return this.current.stream;
  }

  /** Notes the parts of the client's request that `RequestLine` names. */
  note(map: Headers): void {
    this.target = targetOf(map);
  }

  /**
   * Normalizes the path of the request, and sets the gateway's own headers.
   *
   * @returns the local reply for a path that the gateway does not accept; otherwise undefined
   */
  updateRequest(map: HeaderMap): PluginReply | undefined {
    const problem = this.normalizePath(map);
    this.note(map);
    if (problem) return problem;
    const { connection } = this.stream.info;
    connection.source = this.settings.edge.updateRequest(map, connection.source, connection.tls ? "https" : "http");
    return undefined;
  }

  /** Sets the gateway's own headers in the response. */
  updateResponse(response: HeaderMap): void {
    replace(response, "server", "envoy");
    this.settings.edge.updateResponse(response, this.stream.info.requestHeaders);
  }

  /** Notes that the client gets a response with this status. */
  responded(status: number): void {
    this.status = status;
    this.listener.count(`rq_${Math.floor(status / 100)}xx`);
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

  /** Ends the request, for the plugins too. Call this method once. */
  end(): void {
    this.close();
    const { listener, stream, status, target } = this;
    const { info } = stream;
    listener.onRequest?.({
      ...{ listener: listener.name, ...target, status },
      route: readableText(info.route?.name ?? ""),
      ms: Number((info.endedAt ?? 0n) - info.began.monotonic) / 1e6,
      details: readableText(info.codeDetails ?? ""),
      ...(info.localReply?.plugin === undefined ? {} : { plugin: info.localReply.plugin }),
    });
  }

  private close(): void {
    const { stream, router } = this.current;
    router.abort();
    stream.info.endedAt = this.listener.services.clock.monotonic();
    stream.destroy();
  }

  private open(began: StreamInfo["began"]): void {
    const { listener, client } = this;
    // A request that is redirected begins again, with the settings of that moment, as in Envoy.
    const settings = (this.settings = listener.settings);
    const { protocol, tunnel, bufferLimit } = this.options;
    const slow = (paused: boolean) => client.slow("upstream", paused);
    const onUnsupported = (name: string) => listener.unsupportedHeaders.warn(name);
    const restart = (request: SentRequest, most: number) => this.restart(request, most);
    const options = { tunnel, bufferLimit, isSilent: settings.edge.isSilent };
    const router = new Router(settings.clusters, slow, onUnsupported, options, restart);
    const info = new StreamInfo(began, this.connection, (headers) => settings.routes.find(headers));
    info.protocol = protocol;
    const filters = settings.plugins.map((plugin) => plugin.newFilter());
    const stream = new HttpStream(
      filters.filter((one) => one !== undefined),
      {
        upstream: router,
        downstream: client.downstream,
        requestFlow: (paused) => client.slow("filters", paused),
        responseFlow: (paused) => router.flow(paused),
        // A hook may hold the local reply for long.
        replied: () => router.abort(),
        finished: () => client.finished(),
        broken: () => client.broken(),
      },
      info,
      bufferLimit,
    );
    router.stream = stream;
    this.current = { stream, router };
  }

  private normalizePath(map: HeaderMap): PluginReply | undefined {
    const path = map.get(":path");
    if (path === undefined) return undefined;
    if (!path.startsWith("/")) return gatewayReply(404, "", "absolute_path_rejected");
    const normalized = this.settings.paths.apply(path);
    if (normalized === undefined) return gatewayReply(400, "", "path_normalization_failed");
    if (normalized !== path) replace(map, ":path", normalized);
    return undefined;
  }

  private restart({ map, body }: SentRequest, most: number): boolean {
    if (this.redirects >= most) return false;
    this.redirects++;
    const { info } = this.stream;
    this.close();
    this.open(info.began);
    this.stream.info.received = info.received;
    this.stream.info.connection.source = info.connection.source;
    const problem = this.normalizePath(map);
    if (problem) {
      this.refuse(map, problem);
      return true;
    }
    const bytes = Buffer.concat(body);
    this.stream.requestHeaders(map, bytes.length === 0);
    if (bytes.length > 0) this.stream.requestData(bytes, true);
    return true;
  }
}

/** The parts of a client's request that `RequestLine` names. */
export function targetOf(map: Headers): Pick<RequestLine, "method" | "authority" | "path"> {
  const part = (name: string) => readableText(map.get(name) ?? "");
  return { method: part(":method"), authority: part(":authority"), path: part(":path") };
}
