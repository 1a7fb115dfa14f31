import { BufferType, Status } from "../abi/enums";
import { proxy_get_buffer_status, proxy_set_buffer_bytes } from "../abi/imports";
import { numberSlot } from "../abi/memory";

/** How many bytes of a body the host holds now. */
export function bodySize(buffer: BufferType): i32 {
  return proxy_get_buffer_status(buffer, numberSlot(), numberSlot() + 4) == Status.Ok ? load<i32>(numberSlot()) : 0;
}

/**
 * Puts bytes in the place of `length` bytes of a body, from `start` on. Envoy can do it at the ends only: start 0, or one
 * at or behind the end.
 */
export function writeBody(buffer: BufferType, start: i32, length: i32, bytes: ArrayBuffer): Status {
  return proxy_set_buffer_bytes(buffer, start, length, changetype<usize>(bytes), bytes.byteLength);
}

/** Takes all bytes out of a body; false where the host refuses. */
export function emptyBody(buffer: BufferType): bool {
  return writeBody(buffer, 0, i32.MAX_VALUE, new ArrayBuffer(0)) == Status.Ok;
}
