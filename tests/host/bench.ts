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

/** A message, as far as it has come. */
export interface Sent {
  headers: HeaderMap;
  body: string;
  trailers?: HeaderMap;
  ended: boolean;
}

/** What came out of a stream at its ends. */
export interface Exchange {
  stream: HttpStream;
  info: StreamInfo;
  /** What the upstream got: undefined as long as nothing did. */
  upstream?: Sent;
  /** What the client got. */
  response?: Sent;
  broken: boolean;
}

/** Services with a clock that stands still, timers that are run by hand, and upstreams without network. */
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

/** What is around a request, where it matters. */
export interface Around {
  /** How many bytes of a body may be held. */
  limit?: number;
  findRoute?: (headers: HeaderMap) => RouteInfo | undefined;
}

/** A request that begins. */
export interface Opening extends Around {
  headers?: readonly Pair[];
  /** The request has no body; true by default. */
  end?: boolean;
  /** Of the client's connection. */
  connection?: bigint;
  /** Completes what is known of the request before it begins. */
  prepare?: (info: StreamInfo) => void;
  /** What else the stream tells. */
  listeners?: Partial<ConstructorParameters<typeof HttpStream>[1]>;
}

const REQUEST_LINE: readonly Pair[] = [
  [":authority", "h"],
  [":path", "/foo"],
  [":method", "GET"],
  [":scheme", "http"],
];

/**
 * Begins a request through plugins, GET /foo if its headers do not say otherwise. The upstream takes what it gets and
 * answers nothing by itself.
 */
export function openExchange(plugins: readonly Plugin[], { clock }: Services, opening: Opening = {}): Exchange {
  const { headers = [], end = true, connection = 1n, limit, findRoute, prepare, listeners } = opening;
  const exchange = { broken: false } as Exchange;
  const take = (side: "upstream" | "response") => ({
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
      upstream: take("upstream"),
      downstream: take("response"),
      finished: () => {},
      broken: () => void (exchange.broken = true),
      ...listeners,
    },
    exchange.info,
    limit,
  );
  const given = new Set(headers.map(([name]) => name));
  const line = REQUEST_LINE.filter(([name]) => !given.has(name));
  exchange.stream.requestHeaders(new HeaderMap("request", [...line, ...headers]), end);
  return exchange;
}

/** Answers a request that has reached the upstream with 200 and "upstream". */
export function answerExchange({ stream }: Exchange): void {
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
  open(headers: readonly Pair[] = [], end = true, around: Around = {}): Exchange {
    return openExchange([this.plugin], this.services, { headers, end, ...around });
  }

  /** A whole request without a body, answered with 200 and "upstream" if it reaches the upstream. */
  request(headers: readonly Pair[] = []): Exchange {
    const exchange = this.open(headers);
    if (exchange.upstream) this.answer(exchange);
    exchange.stream.destroy();
    return exchange;
  }

  /** Answers a request that has reached the upstream with 200 and "upstream". */
  answer(exchange: Exchange): void {
    answerExchange(exchange);
  }
}
