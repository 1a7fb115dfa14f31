import { Random } from "../../support/random.js";
import type { Fuzzer } from "../fuzzer.js";
import { HttpTraffic } from "./http-traffic.js";
import { StatusCheck } from "./statuses.js";
import { TcpTraffic } from "./tcp-traffic.js";
import { World } from "./world.js";

/** The number of sequences that share a host. */
const WORLD = 500;
const MOST_STREAMS = 4;

/** Runs random plugins in the host: all host calls with random arguments, in random phases of random traffic. */
export class PluginFuzzer implements Fuzzer {
  readonly name = "plugin";
  readonly world = WORLD;
  readonly calls = new StatusCheck();
  private current: World | undefined;

  begin(number: number): void {
    this.calls.problem = undefined;
    this.current = new World(number, this.calls);
  }

  play(seed: number): void {
    const world = this.current!;
    const random = new Random(Math.imul(seed, 0x9e3779b1));
    world.begin(random);
    for (const plugin of world.plugins) {
      const wanted = plugin.isConfigured && plugin.failure === undefined ? 200 : 10;
      if (random.below(wanted) === 0) world.configure(plugin);
    }
    const streams: (HttpTraffic | TcpTraffic)[] = [];
    const connection = { id: BigInt(seed), source: "127.0.0.1:1", destination: "127.0.0.1:2" };
    for (let left = 3 + random.below(12); left > 0; left--) {
      const kind = random.below(16);
      if (kind < 2 || streams.length === 0) {
        if (streams.length === MOST_STREAMS) continue;
        const Traffic = random.below(6) === 0 ? TcpTraffic : HttpTraffic;
        streams.push(new Traffic(world.plugins, BigInt(world.timers.now) * 1_000_000n, connection, random));
      } else if (kind === 2) world.timers.advance(random.pick([0, 1, 30, 5000]));
      else if (kind < 5) world.network.step();
      else if (kind === 5) disturb(world, random);
      else {
        const at = random.below(streams.length);
        if (!streams[at]!.step()) streams.splice(at, 1);
      }
    }
    for (const stream of streams) stream.end();
    world.check();
  }

  end(): void {
    this.current?.end();
    this.current = undefined;
  }
}

/** Configures or stops a plugin while it has streams, or calls its foreign function callback. */
function disturb(world: World, random: Random): void {
  const plugin = random.pick(world.plugins);
  const kind = random.below(60);
  if (kind === 0) world.configure(plugin);
  else if (kind === 1) plugin.stop();
  else if (kind < 20) {
    const contexts = [undefined, ...(plugin.vms[0]?.contexts.keys() ?? []), 99];
    plugin.callForeign(random.below(5), Buffer.from("data"), random.pick(contexts));
  }
}
