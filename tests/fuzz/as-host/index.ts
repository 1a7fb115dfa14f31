import { readFileSync } from "node:fs";
import { callbacksOf } from "../../../sdk/host/module/callbacks.js";
import { buildPlugin } from "../../support/build.js";
import { Random } from "../../support/random.js";
import type { Fuzzer } from "../fuzzer.js";
import { randomConfiguration } from "./random-values.js";
import { FakeHost } from "./fake-host.js";
import { TARGETS, type Target } from "./plugins.js";

/** The number of sequences that share an instance. */
const WORLD = 4000;
const ROOTS = 3;
/** The largest number of bytes per host call, for half of the instances each. */
const LARGE = 100_000;
const SMALL = 2000;
/** The memory of an instance that gets small values must stay below this. */
const MOST_MEMORY = 4 * 1024 * 1024;

type Callback = readonly [name: string, parameters: number];
type Exported = (...args: number[]) => number | undefined;

interface Ready extends Target {
  module: WebAssembly.Module;
  callbacks: readonly Callback[];
}

/** Runs plugins on the SDK in random hosts: callbacks in any order, for any context, with random results of host calls. */
export class HostFuzzer implements Fuzzer {
  readonly name = "host";
  readonly world = WORLD;
  private target!: Ready;
  private host!: FakeHost;
  private instance!: WebAssembly.Instance;
  private readonly created = new Set<number>();
  private depth = 0;

  private constructor(private readonly targets: readonly Ready[]) {}

  /** Builds the plugins. */
  static async make(): Promise<HostFuzzer> {
    const types = callbacksOf("higress", "0.2.100");
    const ready = TARGETS.map(async (target) => {
      const module = new WebAssembly.Module(readFileSync(await buildPlugin(target.plugin)));
      const exports = WebAssembly.Module.exports(module).filter(({ name }) => Object.hasOwn(types, name));
      return { ...target, module, callbacks: exports.map(({ name }) => [name, types[name]!.indexOf(">")] as const) };
    });
    return new HostFuzzer(await Promise.all(ready));
  }

  begin(world: number): void {
    this.target = this.targets[world % this.targets.length]!;
    const round = Math.floor(world / this.targets.length);
    this.host = new FakeHost(round % 2 === 0 ? SMALL : LARGE);
    this.seed(new Random(Math.imul(world + 1, 0x85ebca6b)));
    this.instance = new WebAssembly.Instance(this.target.module, this.host.imports(this.target.module));
    this.host.attach(this.instance);
    this.host.reenter = () => this.reenter();
    (this.instance.exports["_initialize"] as Exported)();
    this.configure(1);
  }

  play(sequence: number): void {
    const random = new Random(Math.imul(sequence, 0x9e3779b1));
    this.seed(random);
    this.created.clear();
    if (random.below(10) === 0) this.configure(1 + random.below(ROOTS));
    for (let left = 3 + random.below(40); left > 0; left--) this.callAny();
    for (const id of this.created) this.call("proxy_on_delete", [id]);
  }

  end(): void {
    const { byteLength } = (this.instance.exports["memory"] as WebAssembly.Memory).buffer;
    if (this.host.most > SMALL || byteLength <= MOST_MEMORY) return;
    throw new Error(
      `${this.target.plugin}: the memory has grown to ${byteLength} bytes, expected at most ${MOST_MEMORY}`,
    );
  }

  private seed(random: Random): void {
    this.host.random = random;
    const { exact = false, configurations } = this.target;
    this.host.configuration = randomConfiguration(random, configurations(random), exact);
    this.host.tokens = [];
  }

  /** Deletes a root context, creates it again, and configures it. */
  private configure(root: number): void {
    const { length } = this.host.configuration;
    this.call("proxy_on_delete", [root]);
    this.call("proxy_on_context_create", [root, 0]);
    this.call("proxy_on_vm_start", [root, 0]);
    this.call("proxy_on_configure", [root, length]);
  }

  /** Calls a random callback, usually for a context that may exist. */
  private callAny(): void {
    const { random } = this.host;
    const [name, parameters] = random.pick(this.target.callbacks);
    const id = () => (random.below(30) === 0 ? random.below(2 ** 32) : random.below(ROOTS + 5));
    if (name === "proxy_on_configure" && random.below(4) > 0) return;
    const args = [id()];
    while (args.length < parameters) args.push(random.below(20) === 0 ? random.below(2 ** 32) : random.below(4));
    if (name === "proxy_on_context_create" && random.below(10) > 0) args[1] = args[0]! <= ROOTS ? 0 : 1;
    if (name.endsWith("_response") && random.below(2) === 0) args[1] = random.pick([...this.host.tokens, 1]);
    this.call(name, args);
  }

  private reenter(): void {
    if (this.depth < 3) this.callAny();
  }

  private call(name: string, args: number[]): void {
    const run = this.instance.exports[name] as Exported | undefined;
    if (!run) return;
    if (name === "proxy_on_context_create" && args[0]! > ROOTS) this.created.add(args[0]!);
    this.depth++;
    try {
      run(...args);
    } catch (error) {
      const log = this.host.logged.map((line) => `\n  log: ${line.slice(0, 300)}`).join("");
      throw new Error(`${this.target.plugin}: ${name}(${args.join(", ")}) trapped: ${String(error)}${log}`, { cause: error }); // prettier-ignore
    } finally {
      this.depth--;
    }
  }
}
