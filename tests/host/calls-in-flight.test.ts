// Many requests at the same time, on several configurations in one VM: each call result reaches its own request and its own
// configuration, and nothing is left. tests/envoy/calls-in-flight.test.ts does the same with HTTP calls on Envoy.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { HeaderMap, LogLevel, Plugin, PluginModule, VmPool } from "../../sdk/host/index.js";
import { RootContext } from "../../sdk/host/vm/root-context.js";
import { redisCommand } from "../../sdk/testing/redis/redis-command.js";
import { buildPlugin } from "../support/build.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { benchServices, openExchange, sendUpstreamResponse, type Exchange } from "./bench.js";
import { liveObjects } from "./live-objects.js";

const REQUESTS = 1000;
const ROUNDS = NIGHTLY ? 60 : 3;

/** A call of the plugin without a result. */
interface HeldCall {
  /** The path of the HTTP call, or the key of the Redis command: "/label/number/chain/step". */
  path: string;
  /** Ends the call. Returns the result as the plugin has to report it. */
  end(random: Random): string;
}

interface Memory {
  size: number;
  bytes: number;
  counts: Record<number, number>;
}

interface Client {
  number: number;
  /** The configuration that was in force when the request began. */
  label: string;
  exchange: Exchange;
  /** The number of calls that the plugin has to make. */
  calls: number;
  /** The expected outcomes, in the order of the call results. */
  outcomes: string[];
}

let wasm: Buffer;
beforeAll(async () => {
  wasm = readFileSync(await buildPlugin("tests/plugins/in-flight"));
});

/** A worker with two plugins of the same module, which share a VM. */
class Worker {
  readonly held: HeldCall[] = [];
  readonly services = benchServices({
    logLevel: LogLevel.Info,
    upstreams: {
      has: (cluster) => cluster === "up" || cluster === "outbound|80||cache.example" || cluster === "cache",
      call: ({ headers }, done) =>
        this.hold(headers.get(":path")!, (random) => {
          const kind = random.below(20);
          const respond = (status: string, body: string) => {
            done({
              kind: "response",
              headers: new HeaderMap("response", [[":status", status]]),
              body: Buffer.from(body),
            });
            return `${status} ${body}`;
          };
          // The gateway's responses to a call that has timed out, and to a call that it cannot send.
          if (kind === 0) return respond("504", "upstream request timeout");
          if (kind === 1) return respond("503", "upstream connect error");
          if (kind === 2) {
            done({ kind: "reset" });
            return RESET;
          }
          return respond("200", `h${random.below(1e9)}`);
        }),
    },
    redis: {
      init: () => true,
      query: (_cluster, query, done) =>
        this.hold(redisCommand(query)![1]!, (random) => {
          if (random.below(10) === 0) {
            done(undefined);
            return "error";
          }
          const text = `r${random.below(1e9)}`;
          done(Buffer.from(`$${text.length}\r\n${text}\r\n`));
          return text;
        }),
    },
  });
  readonly pool = new VmPool(this.services);
  readonly plugins: readonly Plugin[];

  constructor() {
    const module = PluginModule.load(wasm, { host: "higress" });
    this.plugins = ["a", "b"].map((name) => new Plugin({ name, module }, this.pool));
  }

  private hold(path: string, end: (random: Random) => string): () => void {
    const call = { path, end };
    this.held.push(call);
    return () => void this.held.splice(this.held.indexOf(call), 1);
  }

  /** Takes a call in random order. */
  takeCall(random: Random): HeldCall {
    return this.held.splice(random.below(this.held.length), 1)[0]!;
  }

  /** The stream contexts in the VM, and the calls for which the VM waits. */
  get open(): { roots: number; streams: number; calls: number } {
    const contexts = this.pool.vms().flatMap((vm) => [...vm.contexts.values()]);
    const roots = contexts.filter((context) => context instanceof RootContext);
    const calls = roots.reduce((sum, { httpCalls, redisCalls }) => sum + httpCalls.size + redisCalls.size, 0);
    return { roots: roots.length, streams: contexts.length - roots.length, calls };
  }

  /** The memory of the VM after a collection: the size, the bytes in use, and the number of objects by class. */
  get memory(): Memory {
    const vm = this.pool.vms()[0]!;
    const [context] = vm.contexts.values();
    const objects = [...liveObjects(vm, vm.call(context!, "collect_all", [])!)];
    const bytes = objects.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    return { size: vm.memory.size, bytes, counts: Object.fromEntries(objects.map(([id, { count }]) => [id, count])) };
  }
}

/** The result of an HTTP call whose response broke off. */
const RESET = "502 ";

/** One round: requests begin, their calls end in random order, some clients leave, and a configuration is replaced twice. */
class Round {
  readonly clients = new Map<number, Client>();
  readonly waiting = new Set<Client>();
  left = 0;
  private numbers = 0;
  private readonly labels: string[];

  constructor(
    private readonly worker: Worker,
    private readonly random: Random,
    private readonly round: number,
  ) {
    this.labels = worker.plugins.map((_, index) => this.configure(index, 0));
  }

  /** Gives a plugin a new configuration. */
  configure(index: number, version: number): string {
    const label = `${this.worker.plugins[index]!.options.name}${this.round}-${version}`;
    this.worker.plugins[index]!.configure(Buffer.from(JSON.stringify({ label })));
    if (this.labels) this.labels[index] = label;
    return label;
  }

  begin(index = this.random.below(2), chains = this.randomChains()): void {
    const number = this.numbers++;
    const client = { number, label: this.labels[index]!, calls: chains.join("").length, outcomes: [] as string[] };
    const headers = [["x-number", String(number)], ["x-chains", chains.join(",")]] as const; // prettier-ignore
    const exchange = openExchange([this.worker.plugins[index]!], this.worker.services, { headers });
    const begun = Object.assign(client, { exchange });
    this.clients.set(number, begun);
    this.waiting.add(begun);
  }

  private randomChains(): string[] {
    const { random } = this;
    const chain = () => Array.from({ length: 1 + random.below(3) }, () => random.pick(["h", "r"])).join("");
    return Array.from({ length: 1 + random.below(3) }, chain);
  }

  /** Ends a call. A client whose calls have all ended gets the upstream's response. */
  endCall(): void {
    const call = this.worker.takeCall(this.random);
    const client = this.clients.get(Number(call.path.split("/")[2]))!;
    const lines = this.worker.services.lines.length;
    const result = call.end(this.random);
    const logged = this.worker.services.lines.slice(lines).map(({ message }) => /result .*/.exec(message)?.[0]);
    // The call handler runs once, and not after the client has left. Calls `expect` rarely, because it is slow.
    const wanted = this.waiting.has(client) ? [`result ${call.path}`] : [];
    if (logged.join() !== wanted.join()) expect(logged).toEqual(wanted);
    if (!this.waiting.has(client)) return;
    if (!call.path.startsWith(`/${client.label}/`)) expect(call.path).toContain(client.label);
    client.outcomes.push(`${client.number}=${call.path}=${result}`);
    const { upstream } = client.exchange;
    if (client.outcomes.length < client.calls) {
      if (upstream !== undefined) expect(client.outcomes).toHaveLength(client.calls);
      return;
    }
    expect(upstream?.headers.get("x-outcomes")).toBe(client.outcomes.join(";"));
    sendUpstreamResponse(client.exchange);
    this.over(client);
  }

  /** A client leaves while its calls have no results. */
  leave(): void {
    this.left++;
    this.over(this.random.pick([...this.waiting]));
  }

  private over(client: Client): void {
    client.exchange.stream.destroy();
    this.waiting.delete(client);
  }
}

test("each call result reaches its own request and configuration, and nothing is left", () => {
  const random = new Random();
  console.log(`calls in flight with RANDOM_SEED=${random.seed}`);
  const worker = new Worker();
  const after: Memory[] = [];
  for (let number = 0; number < ROUNDS; number++) {
    const round = new Round(worker, random, number);
    for (let i = 0; i < REQUESTS; i++) {
      if (i === REQUESTS / 2) round.configure(0, 1);
      round.begin();
    }
    // Both configurations of the one plugin, and the configuration of the other plugin.
    expect(worker.pool.vms()).toHaveLength(1);
    expect(worker.open).toEqual({ roots: 3, streams: REQUESTS, calls: worker.held.length });
    expect(worker.held.length).toBeGreaterThan(REQUESTS);
    for (let step = 0; worker.held.length > 0; step++) {
      if (step === REQUESTS) round.configure(1, 1);
      if (step < 100) round.begin();
      if (random.below(30) === 0 && round.waiting.size > 0) round.leave();
      else round.endCall();
    }
    // The plugin keeps what it has read last, so each round ends with the same request.
    round.begin(0, ["hr"]);
    for (let i = 0; i < 2; i++) round.endCall();
    expect(round.left).toBeGreaterThan(20);
    expect(round.waiting.size).toBe(0);
    expect(worker.open).toEqual({ roots: 2, streams: 0, calls: 0 });
    expect(worker.services.lines.filter(({ level }) => level > LogLevel.Info)).toEqual([]);
    worker.services.lines.length = 0;
    after.push(worker.memory);
  }
  // The first round makes tables that the plugin keeps.
  const [, { bytes, ...second }, ...others] = after as [Memory, Memory, ...Memory[]];
  for (const { bytes: later, ...other } of others) {
    expect(other).toEqual(second);
    expect(Math.abs(later - bytes)).toBeLessThan(REQUESTS);
  }
  for (const plugin of worker.plugins) plugin.stop();
  expect(worker.pool.vms()).toEqual([]);
});
