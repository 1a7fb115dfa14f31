/**
 * Replaces CR LF and CR by LF in a chunk of an event stream, as `UnifySSEChunk` of Higress's Go wrapper. If a chunk ends
 * with CR and the next one begins with LF, the result has two line feeds, which end an event too early. `SseStream` handles
 * such chunks.
 *
 * @param chunk any bytes
 * @returns the chunk itself if it contains no CR
 *
 * @example
 * ```ts
 * const lines = decodeText(unifySSEChunk(encodeText("data: 1\r\n\r\n"))).split("\n");
 * ```
 */
export function unifySSEChunk(chunk: ArrayBuffer): ArrayBuffer {
  const start = changetype<usize>(chunk);
  const size = chunk.byteLength;
  let at = 0;
  while (at < size && load<u8>(start + at) != 0x0d) at++;
  if (at == size) return chunk;
  const unified = new ArrayBuffer(size);
  const to = changetype<usize>(unified);
  let length = 0;
  for (let i = 0; i < size; i++) {
    let c = load<u8>(start + i);
    if (c == 0x0d) {
      c = 0x0a;
      if (i + 1 < size && load<u8>(start + i + 1) == 0x0a) i++;
    }
    store<u8>(to + length++, c);
  }
  return unified.slice(0, length);
}
