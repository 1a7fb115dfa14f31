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
  type LogLine,
  type Pair,
  type PluginOptions,
  type Services,
} from "../../sdk/host/index.js";

/** What came out of a stream at its ends. */
export interface Exchange {
  stream: HttpStream;
  /** What the upstream got: undefined as long as nothing did. */
  upstream?: { headers: HeaderMap; body: string; ended: boolean };
  /** What the client got. */
  response?: { headers: HeaderMap; body: string; ended: boolean };
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

/** A host with one plugin, without sockets. */
export class Bench {
  readonly plugin: Plugin;

  constructor(
    wasm: string | Uint8Array,
    configuration: string,
    readonly services = benchServices(),
    options: Partial<PluginOptions> = {},
  ) {
    const module = PluginModule.load(typeof wasm === "string" ? readFileSync(wasm) : wasm);
    this.plugin = new Plugin({ name: "plugin", module, ...options }, new VmPool(services));
    this.plugin.configure(Buffer.from(configuration));
  }

  /** Begins a request. The upstream takes what it gets and answers nothing by itself. */
  open(headers: readonly Pair[] = [], end = true): Exchange {
    const exchange = { broken: false } as Exchange;
    const take = (side: "upstream" | "response") => ({
      headers: (map: HeaderMap, ended: boolean) => void (exchange[side] = { headers: map, body: "", ended }),
      data: (bytes: { take(): Buffer }, ended: boolean) => {
        exchange[side]!.body += bytes.take().toString("latin1");
        exchange[side]!.ended = ended;
      },
      trailers: () => void (exchange[side]!.ended = true),
    });
    const info = new StreamInfo(
      { wall: this.services.clock.wall(), monotonic: this.services.clock.monotonic() },
      { id: 1n, source: "127.0.0.1:1", destination: "127.0.0.1:2" },
      () => ({ name: "default/foo", cluster: "upstream" }),
    );
    const filter = this.plugin.newFilter();
    exchange.stream = new HttpStream(
      filter ? [filter] : [],
      {
        upstream: take("upstream"),
        downstream: take("response"),
        finished: () => {},
        broken: () => void (exchange.broken = true),
      },
      info,
    );
    const line: Pair[] = [
      [":authority", "h"],
      [":path", "/foo"],
      [":method", "GET"],
      [":scheme", "http"],
    ];
    exchange.stream.requestHeaders(new HeaderMap("request", [...line, ...headers]), end);
    return exchange;
  }

  /** A whole request without a body, answered with 200 and "upstream" if it reaches the upstream. */
  request(headers: readonly Pair[] = []): Exchange {
    const exchange = this.open(headers);
    if (exchange.upstream) this.answer(exchange);
    exchange.stream.destroy();
    return exchange;
  }

  /** Answers a request that has reached the upstream with 200 and "upstream". */
  answer({ stream }: Exchange): void {
    stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
    stream.responseData(Buffer.from("upstream"), true);
  }
}
