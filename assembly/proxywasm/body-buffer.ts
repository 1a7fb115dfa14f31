import { settle } from "../abi/entry";
import { BufferType, Status } from "../abi/enums";
import { proxy_get_buffer_status, proxy_set_buffer_bytes } from "../abi/imports";
import { numberSlot } from "../abi/memory";

/** The number of bytes of a body that the host has now. */
export function bodySize(buffer: BufferType): i32 {
  settle();
  return proxy_get_buffer_status(buffer, numberSlot(), numberSlot() + 4) == Status.Ok ? load<i32>(numberSlot()) : 0;
}

/**
 * Replaces `length` bytes of a body, from `start` on. Envoy supports this only at the two ends: `start` is 0, or at or
 * beyond the end.
 */
export function writeBody(buffer: BufferType, start: i32, length: i32, bytes: ArrayBuffer): Status {
  settle();
  return proxy_set_buffer_bytes(buffer, start, length, changetype<usize>(bytes), bytes.byteLength);
}

/** Removes all bytes from a body. Returns false if the host does not remove them. */
export function emptyBody(buffer: BufferType): bool {
  return writeBody(buffer, 0, i32.MAX_VALUE, new ArrayBuffer(0)) == Status.Ok;
}
