import { readFileSync } from "node:fs";
import {
  HeaderMap,
  HttpStream,
  LogLevel,
  Plugin,
  PluginModule,
  SharedData,
  Stats,
  StreamInfo,
  VmPool,
  type HostKind,
  type LogLine,
  type Pair,
  type PluginOptions,
  type RouteInfo,
  type Services,
} from "../../sdk/host/index.js";

/** The parts of a message that have arrived so far. */
export interface ReceivedMessage {
  headers: HeaderMap;
  body: string;
  trailers?: HeaderMap;
  ended: boolean;
}

/** A stream, with the messages that its upstream and its client have received. */
export interface Exchange {
  stream: HttpStream;
  info: StreamInfo;
  /** What the upstream received; undefined until the first part arrives. */
  upstream?: ReceivedMessage;
  /** What the client received. */
  response?: ReceivedMessage;
  broken: boolean;
}

/** Services with a clock that stands still, timers that never run, and no upstreams. */
export function benchServices(changes: Partial<Services> = {}): Services & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  return {
    clock: { wall: () => 1_800_000_000_000_000_000n, monotonic: () => 0n },
    timers: { start: () => () => {} },
    random: (into) => void into.fill(7),
    log: (line) => void lines.push(line),
    logLevel: LogLevel.Debug,
    upstreams: { has: () => false, call: () => () => {} },
    sharedData: new SharedData(),
    stats: new Stats(),
    ...{ lines, ...changes },
  };
}

/** Settings of the listener that a request arrives at. */
export interface ListenerSettings {
  /** The most bytes of a body that may be buffered. */
  limit?: number;
  findRoute?: (headers: HeaderMap) => RouteInfo | undefined;
}

/** How a request begins. */
export interface OpenOptions extends ListenerSettings {
  headers?: readonly Pair[];
  /** The request has no body; true by default. */
  end?: boolean;
  /** The number of the client's connection. */
  connection?: bigint;
  /** Changes the properties of the request before it begins. */
  prepare?: (info: StreamInfo) => void;
  /** Replaces some listeners of the stream. */
  listeners?: Partial<ConstructorParameters<typeof HttpStream>[1]>;
}

const REQUEST_LINE: readonly Pair[] = [
  [":authority", "h"],
  [":path", "/foo"],
  [":method", "GET"],
  [":scheme", "http"],
];

/**
 * Begins a request through plugins: GET /foo, unless its headers say otherwise. The upstream receives the request and sends
 * no response by itself.
 */
export function openExchange(plugins: readonly Plugin[], { clock }: Services, options: OpenOptions = {}): Exchange {
  const { headers = [], end = true, connection = 1n, limit, findRoute, prepare, listeners } = options;
  const exchange = { broken: false } as Exchange;
  const receive = (side: "upstream" | "response") => ({
    headers: (map: HeaderMap, ended: boolean) => void (exchange[side] = { headers: map, body: "", ended }),
    data: (bytes: { take(): Buffer }, ended: boolean) => {
      exchange[side]!.body += bytes.take().toString("latin1");
      exchange[side]!.ended = ended;
    },
    trailers: (trailers: HeaderMap) => void Object.assign(exchange[side]!, { trailers, ended: true }),
  });
  exchange.info = new StreamInfo(
    { wall: clock.wall(), monotonic: clock.monotonic() },
    { id: connection, source: "127.0.0.1:1", destination: "127.0.0.1:2" },
    findRoute ?? (() => ({ name: "default/foo", cluster: "upstream" })),
  );
  prepare?.(exchange.info);
  exchange.stream = new HttpStream(
    plugins.map((plugin) => plugin.newFilter()).filter((filter) => filter !== undefined),
    {
      upstream: receive("upstream"),
      downstream: receive("response"),
      finished: () => {},
      broken: () => void (exchange.broken = true),
      ...listeners,
    },
    exchange.info,
    limit,
  );
  const names = new Set(headers.map(([name]) => name));
  const line = REQUEST_LINE.filter(([name]) => !names.has(name));
  exchange.stream.requestHeaders(new HeaderMap("request", [...line, ...headers]), end);
  return exchange;
}

/** Sends the upstream's response, 200 and "upstream", to a request that has reached the upstream. */
export function sendUpstreamResponse({ stream }: Exchange): void {
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  stream.responseData(Buffer.from("upstream"), true);
}

/** A host with one plugin, without sockets. */
export class Bench {
  readonly plugin: Plugin;

  constructor(
    wasm: string | Uint8Array,
    configuration: string,
    readonly services = benchServices(),
    { host = "envoy", ...options }: Partial<PluginOptions> & { host?: HostKind } = {},
  ) {
    const module = PluginModule.load(typeof wasm === "string" ? readFileSync(wasm) : wasm, { host });
    this.plugin = new Plugin({ name: "plugin", module, ...options }, new VmPool(services));
    this.plugin.configure(Buffer.from(configuration));
  }

  /** Begins a request. */
  open(headers: readonly Pair[] = [], end = true, settings: ListenerSettings = {}): Exchange {
    return openExchange([this.plugin], this.services, { headers, end, ...settings });
  }

  /** Plays a whole request without a body. If it reaches the upstream, the response is 200 and "upstream". */
  request(headers: readonly Pair[] = []): Exchange {
    const exchange = this.open(headers);
    if (exchange.upstream) sendUpstreamResponse(exchange);
    exchange.stream.destroy();
    return exchange;
  }
}
