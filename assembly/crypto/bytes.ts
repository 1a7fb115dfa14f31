/** Both ranges of bytes, one after the other. */
export function joinBytes(a: ArrayBuffer, b: ArrayBuffer): ArrayBuffer {
  const joined = new ArrayBuffer(a.byteLength + b.byteLength);
  memory.copy(changetype<usize>(joined), changetype<usize>(a), <usize>a.byteLength);
  memory.copy(changetype<usize>(joined) + <usize>a.byteLength, changetype<usize>(b), <usize>b.byteLength);
  return joined;
}

/** A big-endian number without its leading zeros; empty for 0. */
export function withoutZeros(bytes: ArrayBuffer): ArrayBuffer {
  let from = 0;
  while (from < bytes.byteLength && load<u8>(changetype<usize>(bytes) + <usize>from) == 0) from++;
  return bytes.slice(from);
}

/** Whether two ranges of bytes are the same. Not for secrets. */
export function sameBytes(a: ArrayBuffer, b: ArrayBuffer): bool {
  const size = a.byteLength;
  return size == b.byteLength && memory.compare(changetype<usize>(a), changetype<usize>(b), <usize>size) == 0;
}
