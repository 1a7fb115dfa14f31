import { BufferType, MapType, Status, StreamType } from "../abi.js";
import type { HostContext, HostRoot, HostVm } from "../host-context.js";
import type { BufferView } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import type { PluginReply } from "../message/local-reply.js";
import type { PropertyDeclaration } from "../properties/filter-state.js";
import type { StreamInfo } from "../properties/stream-info.js";

/** What all contexts of a VM have in common: root contexts, stream contexts, and the VM's own context. */
export abstract class Context<V extends HostVm = HostVm> implements HostContext {
  readonly declarations = new Map<string, PropertyDeclaration>();
  /** Changed request headers do not clear the route. Higress only. */
  keepsRoute = false;

  constructor(
    readonly vm: V,
    readonly id: number,
  ) {}

  abstract readonly root: HostRoot | undefined;

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

  /** The name of the plugin, for the log. */
  get pluginName(): string | undefined {
    return undefined;
  }

  get isLogging(): boolean {
    return false;
  }

  get configuration(): Buffer {
    return this.vm.configuration;
  }

  abstract readableMap(type: number): HeaderMap | undefined;
  abstract writableMap(type: number): HeaderMap | undefined;
  abstract buffer(type: number): BufferView | undefined;
  abstract setProperty(path: string, value: Buffer): Status;
  abstract sendLocalReply(reply: PluginReply): void;
  abstract closeStream(type: number): Status;

  continueStream(type: number): Status {
    return type === StreamType.Upstream ? Status.Unimplemented : Status.Ok;
  }

  clearRouteCache(): void {}

  onHeadersModified(type: number): void {
    if (type === MapType.RequestHeaders && !this.keepsRoute) this.clearRouteCache();
  }

  injectResponse(bytes: Buffer, end: boolean): void {
    void [bytes, end];
  }
}

/** A context without a stream. */
export abstract class StreamlessContext<V extends HostVm = HostVm> extends Context<V> {
  writableMap(): undefined {}

  setProperty(): Status {
    return Status.NotFound;
  }

  sendLocalReply(): void {}

  closeStream(): Status {
    return Status.Ok;
  }
}

/** The VM's own context, 0. It has the VM's configuration and nothing else. */
export class VmContext extends StreamlessContext {
  readonly root = undefined;

  constructor(vm: HostVm) {
    super(vm, 0);
  }

  readableMap(): undefined {}

  buffer(type: number): BufferView | undefined {
    return type === BufferType.VmConfiguration ? { fixed: this.vm.configuration } : undefined;
  }
}
