import { CloseType, StreamInfo, TcpStream, type ConnectionInfo, type NetworkFilter } from "../../../sdk/host/index.js";
import type { Plugin } from "../../../sdk/host/index.js";
import type { Random } from "../../support/random.js";

const CHUNKS = ["", "a", "chunk", "x".repeat(5000)].map((text) => Buffer.from(text));

/** Acts as the gateway around a connection. Both sides send bytes until they end, and the connection closes at any time. */
export class TcpTraffic {
  private readonly stream: TcpStream;
  private readonly ended = { downstream: false, upstream: false };
  private isClosed = false;

  constructor(
    plugins: readonly Plugin[],
    now: bigint,
    connection: ConnectionInfo,
    private readonly random: Random,
  ) {
    const all = plugins.map((plugin) => plugin.newNetworkFilter());
    const filters = all.filter((one): one is NetworkFilter => one !== undefined);
    const info = new StreamInfo({ wall: now, monotonic: now }, connection, () => undefined);
    const nothing = () => {};
    const sides = { connect: nothing, toUpstream: nothing, toDownstream: nothing };
    this.stream = new TcpStream(filters, { ...sides, close: () => void (this.isClosed = true) }, info);
    this.stream.newConnection();
  }

  /** Delivers random data of one side. Returns false when the connection has ended. */
  step(): boolean {
    const { random, stream } = this;
    if (this.isClosed || random.below(12) === 0) return this.end();
    const side = random.pick(["downstream", "upstream"] as const);
    if (this.ended[side]) return true;
    this.ended[side] = random.below(6) === 0;
    if (side === "downstream") stream.downstreamData(random.pick(CHUNKS), this.ended[side]);
    else stream.upstreamData(random.pick(CHUNKS), this.ended[side]);
    return true;
  }

  end(): false {
    this.stream.closed(this.random.pick([CloseType.Local, CloseType.Remote]));
    return false;
  }
}
