import type { Random } from "../../support/random.js";
import { randomBytes, randomPairs } from "./random-values.js";

type Value = number | bigint;

type Output = "bytes" | "pairs" | "u32" | "u64" | "token";

/** The output arguments of host calls: the kind of value, and the index of the argument with its address. */
const OUTPUTS: Readonly<Record<string, readonly (readonly [Output, at: number])[]>> = {
  proxy_get_header_map_value: [["bytes", 3]],
  proxy_get_header_map_pairs: [["pairs", 1]],
  proxy_get_header_map_size: [["u32", 1]],
  proxy_get_property: [["bytes", 2]],
  proxy_get_buffer_bytes: [["bytes", 3]],
  proxy_get_buffer_status: [["u32", 1], ["u32", 2]], // prettier-ignore
  proxy_get_status: [["u32", 0], ["bytes", 1]], // prettier-ignore
  proxy_get_shared_data: [["bytes", 2], ["u32", 4]], // prettier-ignore
  proxy_dequeue_shared_queue: [["bytes", 1]],
  proxy_call_foreign_function: [["bytes", 4]],
  proxy_get_current_time_nanoseconds: [["u64", 0]],
  proxy_get_log_level: [["u32", 0]],
  proxy_define_metric: [["u32", 3]],
  proxy_get_metric: [["u64", 1]],
  proxy_http_call: [["token", 9]],
  proxy_grpc_call: [["token", 11]],
  proxy_grpc_stream: [["token", 8]],
  proxy_redis_call: [["token", 4]],
  proxy_register_shared_queue: [["u32", 2]],
  proxy_resolve_shared_queue: [["u32", 4]],
  proxy_get_upstream_hosts: [["pairs", 0]],
  clock_time_get: [["u64", 2]],
};
const PLUGIN_CONFIGURATION = 7;
const MOST_LOGGED = 5;

/** A host whose host calls return random results: correct ones, failures, unknown statuses, and bytes that no host sends. */
export class FakeHost {
  random!: Random;
  configuration: Uint8Array = Buffer.alloc(0);
  /** The tokens of the plugin's calls, which may get a response. */
  tokens: number[] = [];
  /** The last lines of the plugin's log. */
  logged: string[] = [];
  /** Calls a callback of the plugin during a host call. */
  reenter: () => void = () => {};
  private memory!: WebAssembly.Memory;
  private malloc!: (size: number) => number;

  /** @param most the largest number of bytes that one host call passes to the plugin */
  constructor(readonly most: number) {}

  imports(module: WebAssembly.Module): WebAssembly.Imports {
    const imports: Record<string, Record<string, (...args: Value[]) => number>> = {};
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      (imports[space] ??= {})[name] = (...args) => this.hostCall(name, args);
    }
    return imports;
  }

  attach({ exports }: WebAssembly.Instance): void {
    this.memory = exports["memory"] as WebAssembly.Memory;
    this.malloc = exports["malloc"] as (size: number) => number;
  }

  private hostCall(name: string, args: Value[]): number {
    const { random } = this;
    const at = (index: number) => Number(args[index]) >>> 0;
    if (name === "proxy_log") {
      this.logged.push(this.bytes(at(1), at(2)).toString("utf8"));
      if (this.logged.length > MOST_LOGGED) this.logged.shift();
      return 0;
    }
    if (name === "random_get") return (this.bytes(at(0), at(1)).fill(random.below(256)), 0);
    if (name === "environ_sizes_get" || name === "environ_get") return this.environment(name, at(0), at(1));
    if (random.below(200) === 0) this.reenter();
    if (random.below(6) === 0) return random.below(20) === 0 ? random.below(0x1_0000_0000) | 0 : random.below(13);
    for (const [kind, index] of OUTPUTS[name] ?? []) {
      if (name === "proxy_get_buffer_bytes" && at(0) === PLUGIN_CONFIGURATION) {
        if (!this.copyToPlugin(this.configuration, at(3), at(4))) return 6;
      } else if (!this.write(kind, at(index), at(index + 1))) return 6;
    }
    return 0;
  }

  private write(kind: Output, at: number, next: number): boolean {
    const { random } = this;
    const all = Buffer.from(this.memory.buffer);
    if (kind === "bytes") return this.copyToPlugin(randomBytes(random, this.most), at, next);
    if (kind === "pairs") return this.copyToPlugin(randomPairs(random), at, next);
    if (kind === "u64") all.writeBigUInt64LE(BigInt(random.below(2 ** 32)) << BigInt(random.below(33)), at);
    else if (kind === "u32") all.writeUInt32LE(random.below(random.pick([3, 100, 2 ** 32])), at);
    else {
      const token = 1 + random.below(30);
      this.tokens.push(token);
      all.writeUInt32LE(token, at);
    }
    return true;
  }

  /** Copies bytes into the plugin's memory. Now and then first requests more memory than the plugin can allocate. */
  private copyToPlugin(bytes: Uint8Array, addressAt: number, sizeAt: number): boolean {
    const { random } = this;
    if (random.below(300) === 0 && this.malloc(random.pick([-1, 0x7fffffff, 0x40000000, -65536])) === 0) return false;
    const address = bytes.length === 0 && random.below(2) === 0 ? 0 : this.malloc(bytes.length) >>> 0;
    if (address === 0 && bytes.length > 0) return false;
    const all = Buffer.from(this.memory.buffer);
    all.set(bytes, address);
    all.writeUInt32LE(address, addressAt);
    all.writeUInt32LE(bytes.length, sizeAt);
    return true;
  }

  private environment(name: string, first: number, second: number): number {
    const all = Buffer.from(this.memory.buffer);
    if (name === "environ_get") {
      all.writeUInt32LE(second, first);
      all.write("A=b\0", second, "latin1");
    } else {
      all.writeUInt32LE(1, first);
      all.writeUInt32LE(4, second);
    }
    return 0;
  }

  private bytes(address: number, size: number): Buffer {
    return Buffer.from(this.memory.buffer, address, size);
  }
}
