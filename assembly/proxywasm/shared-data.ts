import { Status } from "../abi/enums";
import { proxy_get_shared_data, proxy_set_shared_data } from "../abi/imports";
import { addressSlot, numberSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/** What is kept under a key for all workers. */
export class SharedValue {
  /** @internal */
  constructor(
    /** `Ok`, `NotFound` where nothing is kept, or why the host cannot say. */
    readonly status: Status,
    /** The bytes; none if there is nothing. */
    readonly bytes: ArrayBuffer,
    /** The number of this version, for `setSharedData`. */
    readonly cas: u32,
  ) {}

  /** Whether something is kept. */
  exists(): bool {
    return this.status == Status.Ok;
  }
}

/**
 * Reads what is kept under a key. It is kept by the process, for all VMs of all workers that have the same `vm_id`,
 * whatever plugin they run, so begin keys with the plugin's name. It outlives configurations; it cannot be removed.
 * Source: proxy-wasm-cpp-host, `shared_data.cc`.
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
 * Keeps bytes under a key.
 *
 * @param cas the version that they replace, as it was read; 0: whatever is there
 * @returns `Ok`, or `CasMismatch` where another worker was quicker: then nothing has changed, so read and try again
 *
 * @example
 * ```ts
 * for (let i = 0; i < 100; i++) {
 *   const old = getSharedData("my-plugin/count");
 *   const status = old.exists()
 *     ? setSharedData("my-plugin/count", oneMore(old.bytes), old.cas)
 *     : addSharedData("my-plugin/count", oneMore(old.bytes));
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
 * Keeps bytes under a key that has none.
 *
 * @returns `Ok`, or `CasMismatch` where there are some
 */
export function addSharedData(key: string, value: ArrayBuffer): Status {
  // A host compares versions only where there is one, and counts them up from 1: this one is never reached.
  return setSharedData(key, value, u32.MAX_VALUE);
}
