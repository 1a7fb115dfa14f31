import { Status } from "../abi/enums";
import { proxy_get_shared_data, proxy_set_shared_data } from "../abi/imports";
import { addressSlot, numberSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/**
 * A value that all workers share; the result of `getSharedData`.
 *
 * @example
 * ```ts
 * const greeting = getSharedData("my-plugin/greeting");
 * if (greeting.exists()) ctx.requestHeaders.set("x-greeting", decodeText(greeting.bytes));
 * ```
 */
export class SharedValue {
  /** @internal */
  constructor(
    /** The status of the host call: `Ok`, `NotFound` if the key has no value, or another error. */
    readonly status: Status,
    /** The bytes; empty if the key has no value. */
    readonly bytes: ArrayBuffer,
    /** The version of the value, for the compare-and-swap of `setSharedData`. */
    readonly cas: u32,
  ) {}

  /** Whether the key has a value. */
  exists(): bool {
    return this.status == Status.Ok;
  }
}

/**
 * Reads the shared value of a key. All VMs of the process with the same `vm_id` share the keys, on all workers and for all
 * plugins, so begin a key with the plugin's name. Values outlive configurations and cannot be removed.
 * Source: proxy-wasm-cpp-host, `shared_data.cc`.
 *
 * @example
 * ```ts
 * const greeting = decodeText(getSharedData("my-plugin/greeting").bytes); // "" if the key has no value
 * ```
 */
export function getSharedData(key: string): SharedValue {
  const name = encodeUtf8(key);
  const status = proxy_get_shared_data(
    changetype<usize>(name),
    name.byteLength,
    addressSlot(),
    sizeSlot(),
    numberSlot(),
  );
  if (status != Status.Ok) return new SharedValue(status, new ArrayBuffer(0), 0);
  return new SharedValue(status, takenBytes(), load<u32>(numberSlot()));
}

/**
 * Writes the shared value of a key.
 *
 * @param cas the version to replace, from `getSharedData`; 0 replaces any version
 * @returns `Ok`, or `CasMismatch` if another worker has written the key since: nothing has changed, so read and try again
 *
 * @example
 * ```ts
 * for (let i = 0; i < 100; i++) {
 *   const old = getSharedData("my-plugin/count");
 *   const count = old.exists() ? I32.parseInt(decodeText(old.bytes)) : 0;
 *   const bytes = encodeText((count + 1).toString());
 *   const status = old.exists()
 *     ? setSharedData("my-plugin/count", bytes, old.cas)
 *     : addSharedData("my-plugin/count", bytes);
 *   if (status == Status.Ok) break;
 * }
 * ```
 */
export function setSharedData(key: string, value: ArrayBuffer, cas: u32 = 0): Status {
  const name = encodeUtf8(key);
  return proxy_set_shared_data(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(value),
    value.byteLength,
    cas,
  );
}

/**
 * Writes the shared value of a key that has no value yet.
 *
 * @returns `Ok`, or `CasMismatch` if the key already has a value
 *
 * @example
 * ```ts
 * const status = addSharedData("my-plugin/started", encodeText(Date.now().toString()));
 * if (status == Status.CasMismatch) log.debug("another worker started first");
 * ```
 */
export function addSharedData(key: string, value: ArrayBuffer): Status {
  // A host compares versions only if the key has a value, and counts versions up from 1: it never reaches this one.
  return setSharedData(key, value, u32.MAX_VALUE);
}
