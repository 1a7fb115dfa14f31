import type { LogLevel } from "./abi.js";
import type { GrpcUpstreams } from "./calls/grpc.js";
import type { HeaderMap } from "./message/header-map.js";
import type { Resolve } from "./calls/dns-lookups.js";
import type { Node } from "./properties/metadata.js";
import type { Pair } from "./message/pairs.js";
import type { Stats } from "./shared/stats.js";
import type { RedisUpstreams } from "./calls/redis.js";
import type { SharedData } from "./shared/shared-data.js";
import type { Vm } from "./vm/vm.js";

/** What the host needs from outside. It has no clock, no timers, no randomness and no sockets of its own. */
export interface Services {
  clock: Clock;
  timers: Timers;
  /** Fills an array with random bytes. */
  random(into: Uint8Array): void;
  log(line: LogLine): void;
  /** What a plugin is told of the level; it decides itself what it then writes. */
  logLevel: LogLevel;
  upstreams: Upstreams;
  /** gRPC to the same upstreams; without it no such call can be made. */
  grpc?: GrpcUpstreams;
  /** The Redis servers among them, for plugins of Higress. */
  redis?: RedisUpstreams;
  /** Finds addresses; without it none are found. */
  resolve?: Resolve;
  sharedData: SharedData;
  stats: Stats;
  /** Who the gateway is; nobody by default. */
  node?: Node;
  /** Hears of every call of a plugin to the host, after it has returned. */
  trace?: (call: TracedCall) => void;
  /** Hears of every call of the host into a plugin, be it for memory: before it, and when it has returned. */
  hooks?: {
    begin(hook: TracedHook): void;
    /** The result is undefined for a trap, and 0 where the callback has none. */
    end(hook: TracedHook, result: number | undefined): void;
  };
}

/** Both in nanoseconds. */
export interface Clock {
  /** Since 1970. */
  wall(): bigint;
  /** Since any moment; never goes back. */
  monotonic(): bigint;
}

export interface Timers {
  /** Runs something once, after some milliseconds. What it returns cancels it. */
  start(afterMs: number, run: () => void): () => void;
  /** A plugin is being called: timers that start before it returns may count from here, as in Envoy. */
  callBegins?(): void;
}

export interface LogLine {
  level: LogLevel;
  message: string;
  /** Written by the plugin, or by the host: that a VM failed, that a plugin refused its configuration, or else. */
  kind: "plugin" | "fault" | "refusal" | "host";
  /** The plugin's name, where it is known. */
  plugin?: string;
  vmId?: string;
}

export interface TracedCall {
  name: string;
  /** As the plugin gave them: addresses, sizes, numbers. */
  args: readonly (number | bigint)[];
  /** The status, or what the import returns in its place; undefined when it threw. */
  result: number | undefined;
  /** The context that was called, and the one that the plugin has chosen, 0 for none. */
  context: number;
  effectiveContext: number;
  /** Where the addresses lead. */
  vm: Vm;
}

/** A callback of a plugin that is called. */
export interface TracedHook {
  name: string;
  args: readonly number[];
  context: number;
  vm: Vm;
}

/** The upstreams that plugins may call. */
export interface Upstreams {
  has(cluster: string): boolean;
  /** The addresses of a cluster's hosts, each with what is known of it, as JSON. For plugins of Higress. */
  hosts?(cluster: string): readonly Pair[];
  /**
   * Sends a request; `done` hears once what came of it. What it returns takes the request back: then `done` hears nothing.
   */
  call(request: CallRequest, done: (result: CallResult) => void): () => void;
}

export interface CallRequest {
  cluster: string;
  headers: HeaderMap;
  body: Buffer;
  /** Envoy takes trailers and does not send them. */
  trailers: readonly Pair[];
  /** 0 for no limit. */
  timeoutMs: number;
}

/** An answer, also a made-up 503 or 504 when there was none; or that the answer broke off. */
export type CallResult =
  { kind: "response"; headers: HeaderMap; body: Buffer; trailers?: HeaderMap } | { kind: "reset" };
