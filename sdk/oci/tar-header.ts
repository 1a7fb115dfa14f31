import { OciError } from "./oci-error.js";

export const BLOCK = 512;

/** What one header block of an archive says. */
export interface TarHeader {
  name: string;
  /** The character of the type: "0" for a file, "2" for a symbolic link, "\0" for a file of an old archive. */
  type: string;
  size: number;
  /** The header is in GNU's format. */
  isGnu: boolean;
}

/**
 * Reads a header block as Go's archive/tar does: the formats of Unix v7, POSIX (ustar, pax), GNU and star.
 *
 * @throws OciError for a wrong checksum or a number that is none
 */
export function readHeader(block: Buffer): TarHeader {
  const sum = tarNumber(block, 148, 8);
  if (sum !== checksum(block, false) && sum !== checksum(block, true)) throw new OciError("expected a tar archive");
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
  const isStar = isUstar && block.toString("latin1", 508, 512) === "tar\0";
  const isGnu = block.toString("latin1", 257, 265) === "ustar  \0";
  // Go reads these numbers too, and gives up when one is wrong: mode, user, group, time, device.
  const others = [
    tarNumber(block, 100, 8),
    tarNumber(block, 108, 8),
    tarNumber(block, 116, 8),
    tarNumber(block, 136, 12),
  ];
  if (isUstar || isGnu) others.push(tarNumber(block, 329, 8), tarNumber(block, 337, 8));
  const prefix = isUstar ? text(block, 345, isStar ? 131 : 155) : "";
  const name = text(block, 0, 100);
  const size = tarNumber(block, 124, 12);
  if (size < 0 || !Number.isSafeInteger(size) || others.some((one) => !(Math.abs(one) < 2 ** 63)))
    throw new OciError("the tar archive has a header with a wrong number");
  return { name: prefix === "" ? name : `${prefix}/${name}`, type: String.fromCharCode(block[156]!), size, isGnu };
}

/** A text up to its first NUL. */
function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

/** A number in octal digits, or in GNU's binary form, whose first bit is set; NaN for other text. */
export function tarNumber(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if (field[0]! & 0x80) return binary(field);
  const digits = field.toString("latin1").replace(/^[ \0]+|[ \0]+$/g, "").replace(/\0.*$/s, ""); // prettier-ignore
  if (!/^[0-7]*$/.test(digits)) return NaN;
  return digits === "" ? 0 : parseInt(digits, 8);
}

function binary(field: Buffer): number {
  const isNegative = (field[0]! & 0x40) !== 0;
  let value = 0;
  for (const [index, byte] of field.entries()) {
    const bits = isNegative ? byte ^ 0xff : byte;
    value = value * 256 + (index === 0 ? bits & 0x7f : bits);
  }
  return isNegative ? -1 - value : value;
}

/** The sum of all bytes, with spaces in place of the checksum itself. Some programs take bytes as signed. */
function checksum(block: Buffer, isSigned: boolean): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : block[at]!;
    sum += isSigned && byte > 127 ? byte - 256 : byte;
  }
  return sum;
}
