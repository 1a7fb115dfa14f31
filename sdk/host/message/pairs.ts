/** A name and a value. Each character is one byte (latin1), so nothing is lost on the way through. */
export type Pair = readonly [name: string, value: string];

const MAX_BYTES = 1024 * 1024;
const MAX_PAIRS = 1024;

/**
 * Pairs as they cross the ABI: their number, then the lengths of each, then the bytes of each with a NUL behind every
 * name and value. None at all are no bytes at all.
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
 * The other way round. As in Envoy, what is malformed, longer than 1 MiB or of more than 1024 pairs is read as no pairs.
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
