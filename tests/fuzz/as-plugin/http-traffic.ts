import { HeaderMap, HttpStream, gatewayReply, StreamInfo, type ConnectionInfo, type Pair } from "../../../sdk/host/index.js"; // prettier-ignore
import type { Plugin, StreamFilter } from "../../../sdk/host/index.js";
import type { Random } from "../../support/random.js";

const CHUNKS = ["", "a", "chunk", "x".repeat(700), "y".repeat(5000)].map((text) => Buffer.from(text));
const REQUESTS: readonly (readonly Pair[])[] = [
  [],
  [["content-type", "application/grpc"], ["x-a", "b"]], // prettier-ignore
  [["x-a", "1"], ["x-a", "2"], ["cookie", "a=b"], ["cookie", "c=d"], ["content-length", "5"]], // prettier-ignore
  Array.from({ length: 30 }, (_, i) => [`x-${i}`, "\xff".repeat(i)] as const),
];
const METHODS = ["GET", "POST", "HEAD", "CONNECT"];
const STATUSES = ["200", "200", "404", "503", "101", "junk", ""];
const LIMITS = [0, 100, 4000, 1024 * 1024];

/**
 * Acts as the gateway around a stream. The parts of a message arrive in order, and a response begins only when the request
 * has reached the upstream.
 */
export class HttpTraffic {
  private readonly stream: HttpStream;
  private readonly info: StreamInfo;
  private requestEnded = false;
  private reachedUpstream = false;
  private responseBegan = false;
  private responseEnded = false;
  private isOver = false;

  constructor(
    plugins: readonly Plugin[],
    now: bigint,
    connection: ConnectionInfo,
    private readonly random: Random,
  ) {
    const route = { name: "route", cluster: "upstream", metadata: { a: { b: [1, null, "é", { c: true }] } } };
    this.info = new StreamInfo({ wall: now, monotonic: now }, connection, () => (random.below(9) ? route : undefined));
    const filters = plugins.map((plugin) => plugin.newFilter()).filter((one): one is StreamFilter => one !== undefined);
    this.stream = new HttpStream(filters, this.sides(), this.info, random.pick(LIMITS));
    const first: Pair[] = [
      [":authority", "h"],
      [":path", random.pick(["/", "/a?b=c", ""])],
      [":method", random.pick(METHODS)],
      [":scheme", "http"],
    ];
    this.requestEnded = random.below(3) === 0;
    this.stream.requestHeaders(new HeaderMap("request", [...first, ...random.pick(REQUESTS)]), this.requestEnded);
  }

  /** Delivers a random next part or event. Returns false when the stream has ended. */
  step(): boolean {
    const { random } = this;
    if (this.isOver && random.below(2) === 0) return this.end();
    const kind = random.below(12);
    if (kind === 0 && random.below(4) === 0) return this.end();
    if (kind === 1 && random.below(4) === 0) this.stream.sendLocalReply(gatewayReply(504, "late", "timeout"));
    else if (kind === 2 && random.below(6) === 0 && this.responseBegan) this.stream.reset();
    else if (kind < 7) this.request();
    else this.response();
    return true;
  }

  /** Destroys the stream, as when the client has disconnected or has received everything. */
  end(): false {
    this.info.endedAt = this.info.began.monotonic + 5n;
    this.stream.destroy();
    return false;
  }

  private request(): void {
    if (this.requestEnded) return;
    const { random, stream } = this;
    if (random.below(5) === 0) {
      this.requestEnded = true;
      return stream.requestTrailers(new HeaderMap("trailers", [["x-t", "1"]]));
    }
    this.requestEnded = random.below(3) === 0;
    stream.requestData(random.pick(CHUNKS), this.requestEnded);
  }

  private response(): void {
    if (!this.reachedUpstream || this.responseEnded) return;
    const { random, stream } = this;
    if (!this.responseBegan) {
      this.responseBegan = true;
      this.responseEnded = random.below(4) === 0;
      const headers = new HeaderMap("response", [[":status", random.pick(STATUSES)], ...random.pick(REQUESTS)]);
      return stream.responseHeaders(headers, this.responseEnded);
    }
    if (random.below(5) === 0) {
      this.responseEnded = true;
      return stream.responseTrailers(new HeaderMap("trailers", [["grpc-status", random.pick(["0", "junk"])]]));
    }
    this.responseEnded = random.below(3) === 0;
    stream.responseData(random.pick(CHUNKS), this.responseEnded);
  }

  private sides(): ConstructorParameters<typeof HttpStream>[1] {
    const sink = (began: () => void) => ({
      headers: began,
      data: (bytes: { take(): Buffer }) => void bytes.take(),
      trailers: () => {},
    });
    const over = () => {
      // After this notice, a gateway destroys the stream at once or later.
      this.isOver = true;
      if (this.random.below(3) === 0 && this.stream !== undefined) this.end();
    };
    return {
      upstream: sink(() => {
        this.reachedUpstream = true;
        this.info.upstreamAddress = "127.0.0.1:80";
      }),
      downstream: sink(() => {}),
      ...{ finished: over, broken: over },
    };
  }
}
