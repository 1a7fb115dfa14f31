import type { FailurePolicy, HostKind } from "../host/index.js";
import { checkAnswerer, checkFields, describe, isRecord, type Answerer } from "./upstreams/answer.js";
import { checkGrpcOption, type GrpcAnswerer } from "./grpc/grpc-options.js";
import type { HeaderList } from "./message/headers.js";
import type { LevelName } from "./timeline/host-calls.js";
import type { UpstreamRequest } from "./message/message.js";
import { checkRedisOption, type RedisOption } from "./redis/redis-options.js";
import type { TestCall } from "./upstreams/test-call.js";

/** Where a request goes, as the plugin can read it. */
export interface TestRoute {
  /** The route's name. */
  route?: string;
  /** The cluster's. */
  cluster?: string;
  virtualHost?: string;
}

/** What is around a plugin under test. */
export interface PluginOptions {
  /** Which host it is: Higress knows one more version of the ABI. "envoy" unless given. */
  host?: HostKind;
  /** The plugin's name for the gateway; "plugin" unless given. */
  name?: string;
  /** What belongs to the VM: its id, its configuration (text, bytes, or anything as JSON), environment variables. */
  vm?: { id?: string; configuration?: unknown; environment?: Readonly<Record<string, string>> };
  /** Where requests go, unless they say otherwise; or a function of their headers. "default" and "upstream". */
  route?: TestRoute | ((headers: HeaderList) => TestRoute);
  /** Answers all requests that reach their upstream. Without it `fetch` gets a 200 "ok", and `request` waits. */
  upstream?: Answerer<UpstreamRequest>;
  /** Answers the plugin's calls, by cluster. Calls to other clusters wait for an answer by hand. */
  upstreams?: Readonly<Record<string, Answerer<TestCall>>>;
  /**
   * Answers the plugin's Redis commands: a real server's address, a function, or one of these for each cluster. Others
   * wait for an answer by hand. For plugins of Higress, `host: "higress"`.
   *
   * @example
   * redis: ([name, key]) => (name === "GET" ? `value of ${key}` : { status: "OK" });
   */
  redis?: RedisOption;
  /**
   * Answers the plugin's gRPC calls, by cluster: an answer, a function, or a real server's address. Calls to other clusters
   * wait for an answer by hand.
   */
  grpc?: Readonly<Record<string, GrpcAnswerer>>;
  /** The clusters that there are, besides those of `upstreams`, `redis` and `grpc`; a call to another is refused. Any, unless given. */
  clusters?: readonly string[];
  /** What the clock shows at the beginning; 2026-01-01 unless given. */
  now?: number | string | Date;
  /** Where random numbers begin; they are the same in each run. */
  seed?: number;
  /** The lowest level that the plugin's log takes; "trace", so all, unless given. */
  logLevel?: LevelName;
  /**
   * What the gateway does when the plugin traps. Unless given, the trap is thrown into the test.
   */
  failurePolicy?: FailurePolicy;
  /** Envoy's setting of that name. */
  allowOnHeadersStopIteration?: boolean;
  /** How many bytes of a body the plugin may gather; 1 MiB unless given. */
  bufferLimit?: number;
}

/** The same, with the plugin itself. */
export interface StartOptions extends PluginOptions {
  /**
   * The file, or its bytes; unless given "build/debug.wasm", else "build/plugin.wasm", in the folder of the asconfig.json
   * above the test. Paths are from there.
   */
  wasm?: string | URL | Uint8Array;
  /** The plugin's configuration: text or bytes as they are, anything else as JSON. */
  config?: unknown;
}

/** In the order of their numbers. */
export const LEVELS: readonly LevelName[] = ["trace", "debug", "info", "warn", "error", "critical"];
const HOSTS = ["envoy", "higress"];
const POLICIES = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];
const KNOWN = [
  ...["host", "name", "vm", "route", "upstream", "upstreams", "clusters", "now", "seed", "logLevel", "failurePolicy"],
  ...["redis", "grpc", "allowOnHeadersStopIteration", "bufferLimit"],
];

/** @throws TypeError that names what is wrong */
export function checkOptions(options: StartOptions): void {
  checkFields(options, [...KNOWN, "wasm", "config"], "startPlugin");
  oneOf("host", options.host, HOSTS);
  oneOf("logLevel", options.logLevel, LEVELS);
  oneOf("failurePolicy", options.failurePolicy, POLICIES);
  isA("string", "name", options.name);
  isA("number", "seed", options.seed);
  isA("boolean", "allowOnHeadersStopIteration", options.allowOnHeadersStopIteration);
  const { vm, route, upstreams, clusters, bufferLimit } = options;
  if (vm !== undefined) checkVm(vm);
  if (route !== undefined && typeof route !== "function") checkRoute(route, "startPlugin: route");
  if (upstreams !== undefined && !isRecord(upstreams)) {
    const wanted = "an object with what answers by cluster; what answers all requests is upstream";
    throw new TypeError(`startPlugin: upstreams: expected ${wanted}; got ${describe(upstreams)}`);
  }
  if (bufferLimit !== undefined && !(Number.isInteger(bufferLimit) && bufferLimit >= 0)) {
    throw new TypeError(`startPlugin: bufferLimit: expected a number of bytes, got ${describe(bufferLimit)}`);
  }
  checkAnswerer(options.upstream, "startPlugin: upstream");
  for (const [cluster, answerer] of Object.entries(upstreams ?? {})) {
    checkAnswerer(answerer, `startPlugin: upstreams: ${cluster}`);
  }
  checkRedisOption(options.redis, "startPlugin: redis");
  checkGrpcOption(options.grpc, "startPlugin: grpc");
  if (options.redis !== undefined && options.host !== "higress") {
    throw new TypeError('startPlugin: redis: only Higress has it; give host: "higress", too');
  }
  if (clusters !== undefined && !(Array.isArray(clusters) && clusters.every((one) => typeof one === "string"))) {
    throw new TypeError("startPlugin: clusters: expected a list of names");
  }
  if (options.now !== undefined && Number.isNaN(Number(new Date(options.now)))) {
    throw new TypeError(`startPlugin: now: expected a time, got ${String(options.now)}`);
  }
}

/** @throws TypeError that names what is no part of a route */
export function checkRoute(route: TestRoute, what: string): void {
  checkFields(route, ["route", "cluster", "virtualHost"], what);
  for (const [name, value] of Object.entries(route)) {
    if (value === undefined || typeof value === "string") continue;
    throw new TypeError(`${what}: ${name}: expected a text, got ${describe(value)}`);
  }
}

function checkVm(vm: NonNullable<PluginOptions["vm"]>): void {
  checkFields(vm, ["id", "configuration", "environment"], "startPlugin: vm");
  isA("string", "vm: id", vm.id);
  const { environment = {} } = vm;
  if (!isRecord(environment)) {
    throw new TypeError(`startPlugin: vm: environment: expected an object of texts, got ${describe(environment)}`);
  }
  for (const [name, value] of Object.entries(environment)) isA("string", `vm: environment: ${name}`, value);
}

function isA(type: "string" | "number" | "boolean", name: string, value: unknown): void {
  if (value === undefined || typeof value === type) return;
  throw new TypeError(`startPlugin: ${name}: expected a ${type}, got ${describe(value)}`);
}

function oneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new TypeError(`startPlugin: ${name}: expected one of ${known.join(", ")}, got ${JSON.stringify(value)}`);
}
