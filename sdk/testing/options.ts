import type { FailurePolicy, HostKind } from "../host/index.js";
import { checkAnswerer, checkFields, describe, isRecord, type Answerer } from "./upstreams/answer.js";
import { checkGrpcOption, type GrpcAnswerer } from "./grpc/grpc-options.js";
import type { HeaderList } from "./message/headers.js";
import type { LevelName } from "./timeline/host-calls.js";
import type { UpstreamRequest } from "./message/message.js";
import { checkRedisOption, type RedisOption } from "./redis/redis-options.js";
import { checkHosts, type HostsByCluster } from "./upstreams/hosts.js";
import type { TestCall } from "./upstreams/test-call.js";

/** The route of a request, as the plugin can read it. */
export interface TestRoute {
  /** The route's name. */
  route?: string;
  /** The name of the cluster that the route leads to. */
  cluster?: string;
  virtualHost?: string;
}

/** The gateway around a plugin under test. */
export interface PluginOptions {
  /** The gateway whose host calls the plugin gets; "envoy" by default. Higress has one more version of the ABI. */
  host?: HostKind;
  /** The plugin's name in the gateway; "plugin" by default. */
  name?: string;
  /**
   * The VM's id, its configuration (text or bytes as they are, anything else as JSON) and its environment variables.
   */
  vm?: { id?: string; configuration?: unknown; environment?: Readonly<Record<string, string>> };
  /**
   * The route of requests that do not name their own, or a function that gets the headers of a request. The default is
   * the route "default" to the cluster "upstream".
   */
  route?: TestRoute | ((headers: HeaderList) => TestRoute);
  /**
   * The response to all requests that reach their upstream. Without this option, `fetch` gets a 200 "ok", and `request`
   * waits for `request.answer`.
   */
  upstream?: Answerer<UpstreamRequest>;
  /** The responses to the plugin's HTTP calls, by cluster. Calls to other clusters wait for `call.answer`. */
  upstreams?: Readonly<Record<string, Answerer<TestCall>>>;
  /**
   * The replies to the plugin's Redis commands: a real server's address, a function, or one of these for each cluster.
   * Other commands wait for `call.answer`. Redis needs `host: "higress"`.
   *
   * @example
   * redis: ([name, key]) => (name === "GET" ? `value of ${key}` : { status: "OK" });
   */
  redis?: RedisOption;
  /**
   * The responses to the plugin's gRPC calls, by cluster: a response, a function, or a real server's address. Calls to
   * other clusters wait for `call.answer`.
   */
  grpc?: Readonly<Record<string, GrpcAnswerer>>;
  /**
   * The clusters of the gateway, besides those of `upstreams`, `redis` and `grpc`. A call to another cluster fails. By
   * default every cluster exists.
   */
  clusters?: readonly string[];
  /**
   * The hosts of a cluster, as `getUpstreamHosts` lists them: addresses, or addresses with what Higress knows about the
   * host. Other clusters have no hosts. Upstream hosts need `host: "higress"`.
   *
   * @example
   * hosts: { upstream: ["10.0.0.7:8080", ["10.0.0.8:8080", '{"health_status":"HEALTHY"}']] };
   */
  hosts?: HostsByCluster;
  /** The time at which the clock starts; 2026-01-01 by default. */
  now?: number | string | Date;
  /** The seed of the random numbers, which are the same in each run. */
  seed?: number;
  /** The lowest level that the plugin logs; "trace" by default. */
  logLevel?: LevelName;
  /** What the gateway does when the plugin traps. By default, the trap is thrown into the test as a `PluginTrap`. */
  failurePolicy?: FailurePolicy;
  /** Envoy's setting `allow_on_headers_stop_iteration`. */
  allowOnHeadersStopIteration?: boolean;
  /** How many bytes of a body the gateway buffers for the plugin; 1 MiB by default. */
  bufferLimit?: number;
}

/** The options of `startPlugin`: the gateway, the plugin and its configuration. */
export interface StartOptions extends PluginOptions {
  /**
   * The path of the module, or its bytes. Paths start in the folder of the asconfig.json above the test. The default is
   * "build/debug.wasm", or else "build/plugin.wasm".
   */
  wasm?: string | URL | Uint8Array;
  /** The plugin's configuration. Text and bytes are passed as they are, anything else as JSON. */
  config?: unknown;
}

/** The levels in the order of their numbers. */
export const LEVELS: readonly LevelName[] = ["trace", "debug", "info", "warn", "error", "critical"];
const HOSTS = ["envoy", "higress"];
const POLICIES = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"];
const KNOWN = [
  ...["host", "name", "vm", "route", "upstream", "upstreams", "clusters", "now", "seed", "logLevel", "failurePolicy"],
  ...["redis", "grpc", "hosts", "allowOnHeadersStopIteration", "bufferLimit"],
];

/** @throws TypeError that names the wrong option */
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
    const wanted = "an object with a response for each cluster";
    const hint = "the option upstream sets the response to all requests";
    throw new TypeError(`startPlugin: upstreams: expected ${wanted}, got ${describe(upstreams)}; ${hint}`);
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
    throw new TypeError('startPlugin: redis: only Higress provides Redis; add host: "higress"');
  }
  if (options.hosts !== undefined) checkHosts(options.hosts, options.host);
  if (clusters !== undefined && !(Array.isArray(clusters) && clusters.every((one) => typeof one === "string"))) {
    throw new TypeError("startPlugin: clusters: expected an array of names");
  }
  if (options.now !== undefined && Number.isNaN(Number(new Date(options.now)))) {
    throw new TypeError(`startPlugin: now: expected a time, got ${String(options.now)}`);
  }
}

/** @throws TypeError that names the wrong field of a route */
export function checkRoute(route: TestRoute, what: string): void {
  checkFields(route, ["route", "cluster", "virtualHost"], what);
  for (const [name, value] of Object.entries(route)) {
    if (value === undefined || typeof value === "string") continue;
    throw new TypeError(`${what}: ${name}: expected a string, got ${describe(value)}`);
  }
}

function checkVm(vm: NonNullable<PluginOptions["vm"]>): void {
  checkFields(vm, ["id", "configuration", "environment"], "startPlugin: vm");
  isA("string", "vm: id", vm.id);
  const { environment = {} } = vm;
  if (!isRecord(environment)) {
    throw new TypeError(`startPlugin: vm: environment: expected an object of strings, got ${describe(environment)}`);
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
