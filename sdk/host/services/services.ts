import type { LogLevel } from "../abi.js";
import type { Node } from "../properties/metadata.js";
import type { SharedData } from "../shared/shared-data.js";
import type { Stats } from "../shared/stats.js";
import type { CallLimit } from "./call-limit.js";
import type { GrpcUpstreams } from "./grpc-upstreams.js";
import type { Upstreams } from "./http-upstreams.js";
import type { RedisUpstreams } from "./redis-upstreams.js";
import type { TracedCall, TracedCallback } from "./trace.js";

/** What the host needs from outside: the host itself has no clock, timers, random numbers or sockets. */
export interface Services {
  clock: Clock;
  timers: Timers;
  /** Fills an array with random bytes. */
  random(into: Uint8Array): void;
  log(line: LogLine): void;
  /** The log level that a plugin reads. The plugin itself decides which lines it then writes. */
  logLevel: LogLevel;
  upstreams: Upstreams;
  /** gRPC to the same upstreams; without it every gRPC call fails. */
  grpc?: GrpcUpstreams;
  /** The Redis servers among them, for plugins of Higress. */
  redis?: RedisUpstreams;
  /** Resolves host names; without it no address is found. */
  resolve?: Resolve;
  sharedData: SharedData;
  stats: Stats;
  /** The gateway's identity; empty by default. */
  node?: Node;
  /** Ends calls into plugins that take too long; by default a call takes as long as it wants. */
  callLimit?: CallLimit;
  /** Called after every host call. */
  trace?: (call: TracedCall) => void;
  /** Called before and after every call into the plugin, including allocator calls. */
  traceCallbacks?: {
    begin(callback: TracedCallback): void;
    /** The result is undefined for a trap, and 0 for a callback without a return value. */
    end(callback: TracedCallback, result: number | undefined): void;
  };
}

/** Both in nanoseconds. */
export interface Clock {
  /** Since 1970. */
  wall(): bigint;
  /** Since an arbitrary moment; never goes back. */
  monotonic(): bigint;
}

export interface Timers {
  /** Calls `run` once, after some milliseconds. The returned function cancels the timer. */
  start(afterMs: number, run: () => void): () => void;
  /** A callback begins. Timers that start before it returns may count from this moment, as in Envoy. */
  callBegins?(): void;
}

export interface LogLine {
  level: LogLevel;
  message: string;
  /**
   * Who wrote the line: the plugin; or the host, about a trap ("fault"), a rejected configuration ("refusal") or
   * anything else.
   */
  kind: "plugin" | "fault" | "refusal" | "host";
  /** The plugin's name, if known. */
  plugin?: string;
  vmId?: string;
}

/** Finds the addresses of a host name. It calls `done` once; the list is empty if no address was found. */
export type Resolve = (name: string, done: (found: readonly Resolved[]) => void) => void;

export interface Resolved {
  address: string;
  /** In seconds. */
  ttl: number;
}
