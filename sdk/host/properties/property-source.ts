import type { HostKind } from "../abi.js";
import type { HeaderMap } from "../message/header-map.js";
import type { Node } from "./metadata.js";
import type { StreamInfo } from "./stream-info.js";

/** A context as the source of properties. */
export interface PropertySource {
  /** The request that properties describe; undefined for a context without a stream. */
  readonly info: StreamInfo | undefined;
  /** The maps that properties are read from, as long as the plugin may read them. */
  readonly requestHeaders: HeaderMap | undefined;
  readonly responseHeaders: HeaderMap | undefined;
  readonly responseTrailers: HeaderMap | undefined;
  readonly root: { readonly plugin: { readonly name: string; readonly rootId: string } } | undefined;
  readonly vm: {
    readonly id: string;
    readonly module: { readonly host: HostKind };
    readonly memory: { readonly size: number };
    readonly services: { readonly node?: Node };
  };
}
