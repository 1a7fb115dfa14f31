/** The value of a field: a bigint for varints and fixed sizes, bytes for a field with a length. */
export type Field = bigint | Buffer;

/**
 * Reads a message: all values of each field number, in order. Undefined if the bytes are not a message.
 *
 * @example
 * readMessage(Buffer.from([0x08, 0x05]))?.get(1); // [5n]
 */
export function readMessage(bytes: Buffer): Map<number, Field[]> | undefined {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return undefined;
  };
  const take = (size: number): Buffer | undefined => {
    if (at + size > bytes.length) return undefined;
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Number((key ?? 0n) >> 3n);
    if (key === undefined || number === 0 || number > 0x1fff_ffff) return undefined;
    const value = readValue(Number(key & 7n), varint, take);
    if (value === undefined) return undefined;
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function readValue(
  type: number,
  varint: () => bigint | undefined,
  take: (size: number) => Buffer | undefined,
): Field | undefined {
  if (type === 0) return varint();
  if (type === 1) return take(8)?.readBigUInt64LE();
  if (type === 5) {
    const bytes = take(4);
    return bytes && BigInt(bytes.readUInt32LE());
  }
  // Groups, which nobody uses, and types that do not exist.
  if (type !== 2) return undefined;
  const size = varint();
  return size === undefined || size > 0x7fff_ffffn ? undefined : take(Number(size));
}

/** The last value of a field with a length. Empty if the field is absent, undefined if it is a number. */
export function bytesField(fields: ReadonlyMap<number, readonly Field[]>, number: number): Buffer | undefined {
  const value = fields.get(number)?.at(-1) ?? Buffer.alloc(0);
  return Buffer.isBuffer(value) ? value : undefined;
}

export function numberField(fields: ReadonlyMap<number, readonly Field[]>, number: number): number {
  const value = fields.get(number)?.at(-1) ?? 0n;
  return Buffer.isBuffer(value) ? 0 : Number(value);
}

/** Encodes a field with a length: bytes, text, or a message. An empty value is left out, unless `always` is true. */
export function lengthField(number: number, value: Uint8Array | string, always = false): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value);
  if (bytes.length === 0 && !always) return Buffer.alloc(0);
  return Buffer.concat([varintBytes(number * 8 + 2), varintBytes(bytes.length), bytes]);
}

export function varintField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varintBytes(number * 8), varintBytes(value)]);
}

export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varintBytes(number * 8 + 1), bytes]);
}

function varintBytes(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
