import { ownContext, select, settle } from "../abi/entry";
import { Status } from "../abi/enums";
import { proxy_call_foreign_function } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/**
 * The result of `callForeignFunction`.
 *
 * @example
 * ```ts
 * const result = callForeignFunction("get_log_level");
 * if (!result.isAvailable) log.info("this gateway does not tell its log level");
 * ```
 */
export class ForeignResult {
  /** @internal */
  constructor(
    /** The status of the host call: `Ok`, or what went wrong. */
    readonly status: Status,
    /** The bytes that the function returned; empty if it returned none or failed. */
    readonly bytes: ArrayBuffer,
  ) {}

  /** Whether the gateway has the function. False for the status `NotFound`, with which a host reports an unknown name. */
  get isAvailable(): bool {
    return this.status != Status.NotFound && this.status != Status.Unimplemented;
  }
}

/**
 * Calls a foreign function: a function of one kind of gateway that has no host call of its own. A module that names a
 * foreign function loads on every gateway, so one plugin can use the function where it exists. Source of the names and the
 * arguments: Envoy, `source/extensions/common/wasm/foreign.cc`.
 *
 * @param argument the argument in the encoding that the function expects; empty by default
 * @returns the result; its status is `NotFound` if the gateway has no such function
 *
 * @example
 * ```ts
 * const level = callForeignFunction("get_log_level"); // Higress
 * if (level.status == Status.Ok && level.bytes.byteLength >= 4) {
 *   log.info("level " + load<u32>(changetype<usize>(level.bytes)).toString());
 * }
 * ```
 */
export function callForeignFunction(name: string, argument: ArrayBuffer = new ArrayBuffer(0)): ForeignResult {
  // A function may act on the stream.
  select(ownContext());
  const text = encodeUtf8(name);
  // A function without a result may leave the slots as they are.
  store<u32>(addressSlot(), 0);
  store<u32>(sizeSlot(), 0);
  settle();
  const status = proxy_call_foreign_function(
    changetype<usize>(text),
    text.byteLength,
    changetype<usize>(argument),
    argument.byteLength,
    addressSlot(),
    sizeSlot(),
  );
  return new ForeignResult(status, status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
}
