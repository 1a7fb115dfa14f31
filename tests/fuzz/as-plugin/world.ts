import { LogLevel, Plugin, PluginLoadError, PluginModule, SharedData, Stats, VmPool } from "../../../sdk/host/index.js";
import type { AbiVersion, HostKind, PluginOptions, Services, Vm } from "../../../sdk/host/index.js";
import { RootContext } from "../../../sdk/host/vm/root-context.js";
import { Random } from "../../support/random.js";
import { FuzzTimers } from "../timers.js";
import { InterpreterGuest, type Operation } from "./guest.js";
import { OPERATIONS, NEXT_AT, PROGRAM_SIZE } from "./layout.js";
import { FuzzNetwork } from "./network.js";
import { Programmer } from "./program.js";
import type { StatusCheck } from "./statuses.js";

const HOSTS: readonly (readonly [HostKind, AbiVersion])[] = [
  ...(["0.1.0", "0.2.0", "0.2.1"] as const).map((abi) => ["envoy", abi] as const),
  ...(["0.1.0", "0.2.0", "0.2.1", "0.2.100"] as const).map((abi) => ["higress", abi] as const),
];
const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [{}, { A: "1", B: "x".repeat(50) }];
const CONFIGURATIONS = ["", "{}", "x".repeat(3000), "\0"].map((text) => Buffer.from(text));

interface Kind {
  module: PluginModule;
  operations: readonly Operation[];
}

const kinds = new Map<string, Kind>();

/** The guest of a host and an ABI, made once. */
function kindOf([host, abi]: readonly [HostKind, AbiVersion]): Kind {
  let kind = kinds.get(`${host} ${abi}`);
  if (kind) return kind;
  const guest = new InterpreterGuest(host, abi);
  kind = { module: PluginModule.load(guest.bytes, { host, name: `guest ${abi}` }), operations: guest.operations };
  kinds.set(`${host} ${abi}`, kind);
  return kind;
}

/** A host with some plugins whose programs are random, through some sequences. */
export class World {
  readonly timers = new FuzzTimers();
  readonly network = new FuzzNetwork(() => this.random);
  readonly plugins: readonly Plugin[];
  readonly calls: StatusCheck;
  private random: Random;
  private readonly pool: VmPool;
  private fault: string | undefined;

  /** @param calls hears of all host calls */
  constructor(seed: number, calls: StatusCheck) {
    this.calls = calls;
    const random = (this.random = new Random(Math.imul(seed + 1, 0x9e3779b1)));
    const { module, operations } = kindOf(random.pick(HOSTS));
    const programmer = new Programmer(operations, random.below(3) === 0);
    this.pool = new VmPool(this.services(programmer));
    const names = operations.map(({ name }) => name);
    this.plugins = Array.from({ length: 1 + random.below(2) }, (_, index) => {
      return new Plugin(options(random, index, module, names), this.pool);
    });
  }

  /** All guests ask for new programs, which depend on the seed. */
  begin(random: Random): void {
    this.random = random;
    this.calls.begin();
    for (const vm of this.pool.vms()) vm.memory.writeU32(NEXT_AT, OPERATIONS);
  }

  configure(plugin: Plugin): void {
    try {
      plugin.configure(this.random.pick(CONFIGURATIONS));
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
    }
  }

  /** What must hold when all streams are gone. */
  check(): void {
    if (this.calls.problem !== undefined) throw new Error(`${this.calls.problem}\n${this.fault ?? ""}`);
    if (this.fault !== undefined) throw new Error(this.fault);
    for (const plugin of this.plugins) if (plugin.streams > 0) throw new Error(`${plugin.streams} streams are left`);
    for (const vm of this.pool.vms()) {
      const left = [...vm.contexts.values()].filter((context) => !(context instanceof RootContext));
      if (left.length > 0) throw new Error(`contexts are left: ${left.map(({ id }) => id).join(", ")}`);
    }
  }

  /** Ends everything, and sees whether that is so. */
  end(): void {
    for (const plugin of this.plugins) plugin.stop();
    this.network.settle();
    // Word of queues, which nobody hears any more.
    this.timers.drain();
    this.check();
    // Plugins that are not done yet are still there, with all that they have.
    if (this.pool.vms().length > 0) return;
    if (this.timers.size > 0) throw new Error(`${this.timers.size} timers are left`);
    if (this.network.size > 0) throw new Error(`${this.network.size} calls are left`);
  }

  /** The VMs that there are. */
  get vms(): Vm[] {
    return this.pool.vms();
  }

  private services(programmer: Programmer): Services {
    const { timers, network } = this;
    return {
      clock: { wall: () => 1_800_000_000_000_000_000n, monotonic: () => BigInt(timers.now) * 1_000_000n },
      timers,
      upstreams: network,
      grpc: network,
      redis: network,
      resolve: (name, done) => network.resolve(name, done),
      random: (into) => {
        if (into.length === PROGRAM_SIZE) programmer.write(into, this.random);
        else into.fill(7);
      },
      log: ({ kind, message }) => {
        if (kind === "fault" && !EXPECTED.test(message)) this.fault ??= message;
      },
      logLevel: LogLevel.Info,
      sharedData: new SharedData(),
      stats: new Stats(),
      node: { id: "node", cluster: "cluster", metadata: { a: { b: ["c"] } } },
      trace: (call) => this.calls.note(call),
    };
  }
}

/** The ends of VMs that the guests bring about themselves. */
const EXPECTED = /failed: (unreachable|table index is out of bounds|null function|memory access out of bounds|restricted_callback|more than \d+ callbacks within each other)/; // prettier-ignore

function options(random: Random, index: number, module: PluginModule, calls: readonly string[]): PluginOptions {
  const few = ["random_get", ...Array.from({ length: 40 }, () => random.pick(calls)), "proxy_on_request_headers"];
  return {
    ...{ name: `plugin ${index}`, rootId: random.pick(["", "root"]), module },
    vm: {
      id: random.pick(["", "a"]),
      configuration: random.pick(CONFIGURATIONS),
      environment: random.pick(ENVIRONMENTS),
      capabilities: random.below(12) === 0 ? few : [],
    },
    failurePolicy: random.pick(["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"]),
    failOpen: random.below(4) === 0,
    allowOnHeadersStopIteration: random.below(3) === 0,
    reloadIntervalMs: random.pick([0, 10, 1000]),
  };
}
