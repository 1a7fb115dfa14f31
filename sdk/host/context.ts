import { BufferType, Status, StreamType } from "./abi.js";
import type { ByteBuffer } from "./message/byte-buffer.js";
import type { PropertyDeclaration } from "./properties/filter-state.js";
import type { HeaderMap } from "./message/header-map.js";
import type { Pair } from "./message/pairs.js";
import type { Root } from "./vm/root-context.js";
import type { StreamInfo } from "./properties/stream-info.js";
import type { Vm } from "./vm/vm.js";

/** What a buffer call of a plugin acts on: bytes that stay as they are, bytes that it may change, or no bytes. */
export type BufferView = { fixed: Buffer } | { bytes: ByteBuffer } | "empty";

/**
 * What host calls act on: a plugin (`Root`), one of its streams (`StreamContext`), or the VM while it starts
 * (`VmContext`).
 */
export abstract class Context {
  constructor(
    readonly vm: Vm,
    readonly id: number,
  ) {}

  /** The properties that a plugin has declared here. Envoy heeds those of the root only. */
  readonly declarations = new Map<string, PropertyDeclaration>();
  /** A change of request headers does not lead to another route. Higress only. */
  keepsRoute = false;
  /** The plugin that this belongs to. */
  abstract readonly root: Root | undefined;
  /** The request that properties are about, and the maps that they are read from. */
  get info(): StreamInfo | undefined {
    return undefined;
  }

  get requestHeaders(): HeaderMap | undefined {
    return undefined;
  }

  get responseHeaders(): HeaderMap | undefined {
    return undefined;
  }

  get responseTrailers(): HeaderMap | undefined {
    return undefined;
  }

  /** The name of the plugin. */
  get pluginName(): string | undefined {
    return undefined;
  }

  /** Whether the access log runs, in which a map that is missing is NotFound. */
  get isLogging(): boolean {
    return false;
  }

  /** The configuration that `proxy_get_configuration` of ABI 0.1.0 gives. */
  get configuration(): Buffer {
    return this.vm.configuration;
  }

  /** A map for reading; undefined when it is not there now. */
  abstract readableMap(type: number): HeaderMap | undefined;
  /** A map for writing. */
  abstract writableMap(type: number): HeaderMap | undefined;
  /** What a buffer holds; undefined for NotFound. */
  abstract buffer(type: number): BufferView | undefined;
  abstract setProperty(path: string, value: Buffer): Status;
  abstract sendLocalReply(reply: PluginReply): void;
  abstract closeStream(type: number): Status;

  continueStream(type: number): Status {
    return type === StreamType.Upstream ? Status.Unimplemented : Status.Ok;
  }

  clearRouteCache(): void {}

  /** Puts bytes into the response, behind this plugin. Higress only. */
  injectResponse(bytes: Buffer, end: boolean): void {
    void [bytes, end];
  }
}

/** A context without a stream. */
export abstract class StreamlessContext extends Context {
  writableMap(): undefined {}

  setProperty(): Status {
    return Status.NotFound;
  }

  sendLocalReply(): void {}

  closeStream(): Status {
    return Status.Ok;
  }
}

/** The VM's own context, 0, where there is next to nothing. */
export class VmContext extends StreamlessContext {
  readonly root = undefined;

  constructor(vm: Vm) {
    super(vm, 0);
  }

  readableMap(): undefined {}

  buffer(type: number): BufferView | undefined {
    return type === BufferType.VmConfiguration ? { fixed: this.vm.configuration } : undefined;
  }
}

/** An answer that a plugin gives in the place of the upstream's. */
export interface PluginReply {
  status: number;
  details: string;
  body: Buffer;
  headers: readonly Pair[];
  /** Undefined when the plugin named none, or none that there is. */
  grpcStatus: number | undefined;
}
