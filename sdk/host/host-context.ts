import type { AbiVersion, HostKind, LogLevel, Status } from "./abi.js";
import type { CallbackData } from "./calls/callback-data.js";
import type { DnsLookups } from "./calls/dns-lookups.js";
import type { GrpcCalls } from "./calls/grpc-calls.js";
import type { HttpCalls } from "./calls/http-calls.js";
import type { RedisCalls } from "./calls/redis-calls.js";
import type { GuestMemory } from "./guest-memory.js";
import type { BufferView } from "./message/byte-buffer.js";
import type { HeaderMap } from "./message/header-map.js";
import type { PluginReply } from "./message/local-reply.js";
import type { PropertyDeclaration } from "./properties/filter-state.js";
import type { PropertySource } from "./properties/property-source.js";
import type { Services } from "./services/services.js";
import type { Metrics } from "./shared/metrics.js";
import type { QueueOwner } from "./shared/shared-queues.js";

// The host as host calls (`imports/`) see it, like `context_interface.h` of proxy-wasm-cpp-host. The classes behind
// these interfaces are in `vm/` and `stream/`.

/** The VM that makes a host call. */
export interface HostVm {
  /** The VM id: the namespace of its shared data and queues. */
  readonly id: string;
  readonly module: { readonly host: HostKind; readonly abi: AbiVersion };
  readonly configuration: Buffer;
  readonly environment: Readonly<Record<string, string>>;
  readonly memory: GuestMemory;
  readonly metrics: Metrics;
  readonly services: Services;
  /** The context that host calls act on. */
  readonly context: HostContext;
  /** The context of the callback that runs. */
  readonly current: HostContext | undefined;
  /** The plugin has sent a local reply: whatever its callback returns, the stream stops. */
  hasReplied: boolean;
  /** Makes host calls act on another context, 0 for the VM's own; false if no context has that id. */
  setEffectiveContext(id: number): boolean;
  /** Delays an action until the callback has returned. */
  afterCallback(action: () => void): void;
  /** Writes a line of the plugin's. */
  log(level: LogLevel, message: string): void;
  /** Writes a line of the host's own. */
  logAsHost(message: string): void;
}

/** What a host call acts on: a root context, a stream context, or the VM's own context. */
export interface HostContext extends PropertySource {
  readonly id: number;
  readonly root: HostRoot | undefined;
  /** The properties that the plugin has declared here. Envoy only respects those of the root context. */
  readonly declarations: Map<string, PropertyDeclaration>;
  /** Whether the access log runs. A missing map is then NotFound. */
  readonly isLogging: boolean;
  /** What `proxy_get_configuration` of ABI 0.1.0 returns. */
  readonly configuration: Buffer;

  /** A map for reading; undefined if the plugin cannot read it now. */
  readableMap(type: number): HeaderMap | undefined;
  /** A map for writing. */
  writableMap(type: number): HeaderMap | undefined;
  /** The content of a buffer; undefined for NotFound. */
  buffer(type: number): BufferView | undefined;
  setProperty(path: string, value: Buffer): Status;
  sendLocalReply(reply: PluginReply): void;
  continueStream(type: number): Status;
  closeStream(type: number): Status;
  clearRouteCache(): void;
  /** The plugin has changed a map; changed request headers can lead to another route. */
  onHeadersModified(type: number): void;
  /** Puts bytes into the response, behind this plugin. Higress only. */
  injectResponse(bytes: Buffer, end: boolean): void;
}

/** A root context: one plugin configuration in one VM, with its timer and its calls. */
export interface HostRoot extends HostContext, QueueOwner {
  readonly plugin: { readonly name: string; readonly rootId: string };
  readonly httpCalls: HttpCalls;
  readonly grpcCalls: GrpcCalls;
  readonly redisCalls: RedisCalls;
  readonly dnsLookups: DnsLookups;
  readonly callbackData: CallbackData;
  /** `proxy_on_done` returned false, so the plugin calls `proxy_done` later. */
  readonly isPending: boolean;
  finish(): void;
  setTickPeriod(periodMs: number): void;
}
