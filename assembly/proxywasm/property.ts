import { ownContext, select, settle } from "../abi/entry";
import { Status } from "../abi/enums";
import { proxy_get_property, proxy_set_property } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { Pairs } from "../abi/pairs";
import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { quoted } from "../text/quoted";
import { reported } from "./log";
import { statusName } from "./status";

/**
 * The result of `getProperty`. The ABI transfers bytes without a type, so the plugin chooses the reader that fits:
 * `string()`, `i64()`, `bool()`, `pairs()` or `bytes()`. A reader that does not fit returns the same as for an absent property.
 *
 * @example
 * ```ts
 * const port = getProperty(["source", "port"]);
 * if (port.exists()) log.info("client port " + port.i64().toString());
 * ```
 */
export class Property {
  constructor(
    /** The status of the host call: `Ok`, `NotFound`, or another error. */
    readonly status: Status,
    private value: ArrayBuffer,
  ) {}

  /** Whether the property has a value. */
  exists(): bool {
    return this.status == Status.Ok;
  }

  /** Returns the value as text; "" if absent. */
  string(): string {
    return decodeUtf8(changetype<usize>(this.value), this.value.byteLength);
  }

  /** Returns the bytes of the value; an empty buffer if absent. */
  bytes(): ArrayBuffer {
    return this.value;
  }

  /** Returns the value as an integer; times are in nanoseconds. 0 if absent or not 8 bytes long. */
  i64(): i64 {
    return this.value.byteLength == 8 ? load<i64>(changetype<usize>(this.value)) : 0;
  }

  /**
   * Returns the entries of a map, such as `["request", "headers"]`, or the elements of a list, as `[name, value]`, in order.
   *
   * @returns the entries; an empty array if the property is absent or no map
   * @example
   * ```ts
   * const labels = getProperty(["xds", "node", "metadata", "LABELS"]).pairs();
   * for (let i = 0; i < labels.length; i++) log.info(labels[i][0] + ": " + labels[i][1]);
   * ```
   */
  pairs(): string[][] {
    return new Pairs(this.value).list();
  }

  /** Returns the value as a boolean, which is one byte on Envoy and eight on Higress. False if absent. */
  bool(): bool {
    for (let i = 0; i < this.value.byteLength; i++) {
      if (load<u8>(changetype<usize>(this.value) + i) != 0) return true;
    }
    return false;
  }
}

/**
 * Reads a property (also called attribute) of the current request, its connection or the gateway. Source of the names:
 * Envoy's documentation, "Attributes".
 *
 * @param path the segments of the name: `["source", "address"]`, `["request", "headers", "x-user"]`
 * @returns the property, which may be absent. Properties that come from request headers (`request.path`, …) exist only in
 * the request-headers hook, while the gateway holds the request headers, and in the stream-done hook.
 *
 * @example
 * ```ts
 * const client = getProperty(["source", "address"]).string(); // "10.0.0.7:51234"
 * ```
 */
export function getProperty(path: string[]): Property {
  return readProperty(ownContext(), path);
}

/** Reads a property of the given context. A context whose stream has ended has no properties. */
export function readProperty(context: u32, path: string[]): Property {
  return readJoined(context, path.join("\0"));
}

/** Reads a property of the given context. `path` is the segments joined by NUL. */
function readJoined(context: u32, path: string): Property {
  if (!select(context)) return new Property(Status.NotFound, new ArrayBuffer(0));
  const name = encodeUtf8(path);
  settle();
  const status = proxy_get_property(changetype<usize>(name), name.byteLength, addressSlot(), sizeSlot());
  return new Property(status, status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
}

/**
 * Writes a property of the current stream. Later hooks, other plugins of the stream and access logs can read it. On Envoy
 * the name must have one segment.
 *
 * @returns null, or an error, which is also logged: outside a stream (`NotFound`), or a read-only property (`BadArgument`)
 *
 * @example
 * ```ts
 * setProperty(["tenant"], "acme"); // read back by getProperty(["tenant"]), in access logs as %FILTER_STATE(wasm.tenant)%
 * ```
 */
export function setProperty(path: string[], value: string): Error | null {
  return writeProperty(ownContext(), path, value);
}

/** As `setProperty`, for the stream of the given context. */
export function writeProperty(context: u32, path: string[], value: string): Error | null {
  const name = encodeUtf8(path.join("\0"));
  const bytes = encodeUtf8(value);
  settle();
  // Without this context, the host would write the property of another stream.
  const status = select(context)
    ? proxy_set_property(changetype<usize>(name), name.byteLength, changetype<usize>(bytes), bytes.byteLength)
    : Status.NotFound;
  if (status == Status.Ok) return null;
  return reported("property " + quoted(path.join(".")) + " cannot be set: " + statusName(status));
}

// Whether route attributes are at the top level (Higress, older Envoy) instead of under "xds." (Envoy since 1.33).
let atTop: bool = false;

/**
 * Reads a property named `xds.<name>` on newer hosts and `<name>` on others. The name that worked is tried first the next
 * time. If neither works, the result is the first one with a status other than `NotFound`.
 */
export function readXdsProperty(context: u32, name: string): Property {
  const first = readXds(context, name, atTop);
  if (first.exists()) return first;
  const second = readXds(context, name, !atTop);
  if (second.exists()) atTop = !atTop;
  else if (first.status != Status.NotFound) return first;
  return second;
}

function readXds(context: u32, name: string, top: bool): Property {
  return readJoined(context, top ? name : "xds\0" + name);
}
