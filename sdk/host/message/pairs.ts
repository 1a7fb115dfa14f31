/** A name and a value. Each character is one byte (latin1), so that any bytes can pass. */
export type Pair = readonly [name: string, value: string];

const MAX_BYTES = 1024 * 1024;
const MAX_PAIRS = 1024;

/**
 * Encodes pairs for the ABI: the number of pairs, then the lengths of each pair, then the bytes of each pair with a NUL after
 * every name and value. An empty list becomes 0 bytes.
 *
 * @example
 * encodePairs([["a", "1"]]); // 01000000 01000000 01000000 'a' 00 '1' 00
 */
export function encodePairs(pairs: readonly Pair[]): Buffer {
  if (pairs.length === 0) return Buffer.alloc(0);
  let size = 4 + 8 * pairs.length;
  for (const [name, value] of pairs) size += name.length + value.length + 2;
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(pairs.length, 0);
  let lengths = 4;
  let at = 4 + 8 * pairs.length;
  for (const [name, value] of pairs) {
    bytes.writeUInt32LE(name.length, lengths);
    bytes.writeUInt32LE(value.length, lengths + 4);
    lengths += 8;
    at += bytes.write(name, at, "latin1") + 1;
    at += bytes.write(value, at, "latin1") + 1;
  }
  return bytes;
}

/**
 * Decodes pairs of the ABI. As in Envoy, the result is empty if the bytes are malformed, longer than 1 MiB, or contain more
 * than 1024 pairs.
 */
export function decodePairs(bytes: Buffer): Pair[] {
  if (bytes.length < 4 || bytes.length > MAX_BYTES) return [];
  const count = bytes.readUInt32LE(0);
  if (count > MAX_PAIRS || bytes.length < 4 + 8 * count) return [];
  const pairs: Pair[] = [];
  let at = 4 + 8 * count;
  const take = (size: number): string | undefined => {
    if (at + size + 1 > bytes.length || bytes[at + size] !== 0) return undefined;
    const text = bytes.toString("latin1", at, at + size);
    at += size + 1;
    return text;
  };
  for (let i = 0; i < count; i++) {
    const name = take(bytes.readUInt32LE(4 + 8 * i));
    const value = name === undefined ? undefined : take(bytes.readUInt32LE(8 + 8 * i));
    if (name === undefined || value === undefined) return [];
    pairs.push([name, value]);
  }
  return at === bytes.length ? pairs : [];
}
