const EXPORTS = 7;

/**
 * Renames an export of a module.
 *
 * @throws Error when the module has no export with the old name
 */
export function renameExport(wasm: Uint8Array, from: string, to: string): Uint8Array {
  const bytes = Buffer.from(wasm);
  const name = entry(from);
  for (let at = 8; at < bytes.length;) {
    const [size, start] = integer(bytes, at + 1);
    const end = start + size;
    if (bytes[at] === EXPORTS) {
      const found = bytes.indexOf(name, start);
      if (found < 0 || found >= end) break;
      const body = Buffer.concat([bytes.subarray(start, found), entry(to), bytes.subarray(found + name.length, end)]);
      const head = Buffer.from([EXPORTS, ...leb(body.length)]);
      return Buffer.concat([bytes.subarray(0, at), head, body, bytes.subarray(end)]);
    }
    at = end;
  }
  throw new Error(`the module has no export ${from}`);
}

/** A name with its length before it. */
function entry(name: string): Buffer {
  return Buffer.from([...leb(name.length), ...Buffer.from(name)]);
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

function integer(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}
