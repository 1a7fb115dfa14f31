import { ownContext, select } from "../abi/entry";
import { Status } from "../abi/enums";
import { proxy_get_property, proxy_set_property } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { reported } from "./log";
import { quoted } from "./syntax";
import { statusName } from "./status";

/**
 * What the gateway knows under some path, or that it knows nothing. The reader says what type it is; one that does not
 * fit gives the value for "absent".
 */
export class Property {
  constructor(
    /** What the gateway answered: `Ok`, `NotFound`, or why it cannot say. */
    readonly status: Status,
    private value: ArrayBuffer,
  ) {}

  /** Whether there is a value. */
  exists(): bool {
    return this.status == Status.Ok;
  }

  /** The value as text; "" if absent. */
  string(): string {
    return decodeUtf8(changetype<usize>(this.value), this.value.byteLength);
  }

  /** The bytes of the value; none if absent. */
  bytes(): ArrayBuffer {
    return this.value;
  }

  /** A whole number; times are nanoseconds. 0 if absent or not 8 bytes. */
  i64(): i64 {
    return this.value.byteLength == 8 ? load<i64>(changetype<usize>(this.value)) : 0;
  }

  /** A truth value, which is one byte on Envoy and eight on Higress. False if absent. */
  bool(): bool {
    for (let i = 0; i < this.value.byteLength; i++) {
      if (load<u8>(changetype<usize>(this.value) + i) != 0) return true;
    }
    return false;
  }
}

/**
 * Reads a property, also called attribute: something the gateway knows of this request, its connection or itself.
 * Source of the names: Envoy's documentation, "Attributes".
 *
 * @param path the segments of the name: `["source", "address"]`, `["request", "headers", "x-user"]`
 * @returns a `Property`, which may not exist. Those that come from request headers (`request.path`, …) exist in the
 * request-headers and the stream-done hooks only.
 *
 * @example
 * ```ts
 * const client = getProperty(["source", "address"]).string(); // "10.0.0.7:51234"
 * ```
 */
export function getProperty(path: string[]): Property {
  return readProperty(ownContext(), path);
}

/** The same, of a context; one whose stream has ended has none. */
export function readProperty(context: u32, path: string[]): Property {
  return readJoined(context, path.join("\0"));
}

/** The same, by the segments with a NUL between them. */
function readJoined(context: u32, path: string): Property {
  if (!select(context)) return new Property(Status.NotFound, new ArrayBuffer(0));
  const name = encodeUtf8(path);
  const status = proxy_get_property(changetype<usize>(name), name.byteLength, addressSlot(), sizeSlot());
  return new Property(status, status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
}

/**
 * Writes a property of the current stream, which other plugins of the stream, access logs and later hooks can read. On
 * Envoy a name has one segment.
 *
 * @returns null, or why it was refused: outside a stream (`NotFound`), or read-only (`BadArgument`). It is logged.
 *
 * @example
 * ```ts
 * setProperty(["tenant"], "acme"); // read back by getProperty(["tenant"]), in access logs as %FILTER_STATE(wasm.tenant)%
 * ```
 */
export function setProperty(path: string[], value: string): Error | null {
  select(ownContext());
  const name = encodeUtf8(path.join("\0"));
  const bytes = encodeUtf8(value);
  const status = proxy_set_property(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(bytes),
    bytes.byteLength,
  );
  if (status == Status.Ok) return null;
  return reported("property " + quoted(path.join(".")) + " cannot be set: " + statusName(status));
}

// Whether the attributes of routes are under "xds." (Envoy since 1.33) or at the top (Higress, Envoy before).
let atTop: bool = false;

/**
 * A property that is `xds.<name>` on newer hosts and `<name>` on others. What worked is asked first the next time. Where
 * neither does, the first answer that says more than `NotFound`.
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
