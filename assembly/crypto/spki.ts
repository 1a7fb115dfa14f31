// SubjectPublicKeyInfo, the form of public keys in PEM. Source: RFC 5280, section 4.1; RFC 3279, section 2.3.1; RFC 5480.

import { joinBytes, sameBytes } from "./bytes";
import { derBits, derElement, derInteger, DerReader, SEQUENCE } from "./der";

function fixedBytes(address: usize, size: i32): ArrayBuffer {
  const bytes = new ArrayBuffer(size);
  memory.copy(changetype<usize>(bytes), address, <usize>size);
  return bytes;
}

/** The content of the AlgorithmIdentifier of RSA: 1.2.840.113549.1.1.1 and NULL. */
function rsaAlgorithm(): ArrayBuffer {
  return fixedBytes(memory.data<u8>([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]), 13);
}

/** The content of the AlgorithmIdentifier of P-256: 1.2.840.10045.2.1 and 1.2.840.10045.3.1.7. */
function p256Algorithm(): ArrayBuffer {
  return fixedBytes(
    memory.data<u8>([6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
    19,
  );
}

function keyInfo(algorithm: ArrayBuffer, key: ArrayBuffer): ArrayBuffer {
  return derElement(SEQUENCE, joinBytes(derElement(SEQUENCE, algorithm), derBits(key)));
}

export function rsaKeyInfo(n: ArrayBuffer, e: ArrayBuffer): ArrayBuffer {
  return keyInfo(rsaAlgorithm(), derElement(SEQUENCE, joinBytes(derInteger(n), derInteger(e))));
}

/** @param xy 64 bytes */
export function p256KeyInfo(xy: ArrayBuffer): ArrayBuffer {
  const uncompressed = new ArrayBuffer(1);
  store<u8>(changetype<usize>(uncompressed), 4);
  return keyInfo(p256Algorithm(), joinBytes(uncompressed, xy));
}

/** The numbers in a public key. */
export class KeyNumbers {
  /** The reason why there are no numbers, or "". */
  problem: string = "";
  /** Modulus and exponent of RSA, without leading zeros. */
  n: ArrayBuffer = new ArrayBuffer(0);
  e: ArrayBuffer = new ArrayBuffer(0);
  /** x and y of P-256, 64 bytes; empty for RSA. */
  xy: ArrayBuffer = new ArrayBuffer(0);
}

/** Reads an RSAPublicKey. Source: RFC 8017, appendix A.1.1. */
export function readRsaKey(der: DerReader): KeyNumbers {
  const numbers = new KeyNumbers();
  const pair = der.read(SEQUENCE);
  numbers.n = pair.integer();
  numbers.e = pair.integer();
  if (!pair.isDone || !der.isDone) numbers.problem = "expected an RSAPublicKey in DER";
  return numbers;
}

/** Reads a SubjectPublicKeyInfo. */
export function readKeyInfo(bytes: ArrayBuffer): KeyNumbers {
  const numbers = new KeyNumbers();
  const der = DerReader.of(bytes);
  const info = der.read(SEQUENCE);
  const algorithm = info.read(SEQUENCE).rest();
  const key = info.bits();
  if (!info.isDone || !der.isDone) {
    numbers.problem = "expected a SubjectPublicKeyInfo in DER";
    return numbers;
  }
  if (sameBytes(algorithm, rsaAlgorithm())) return readRsaKey(key);
  if (!sameBytes(algorithm, p256Algorithm())) {
    numbers.problem = "expected a key of RSA or of the curve P-256";
    return numbers;
  }
  const point = key.rest();
  if (point.byteLength == 65 && load<u8>(changetype<usize>(point)) == 4) numbers.xy = point.slice(1);
  else numbers.problem = "expected an uncompressed point of 65 bytes";
  return numbers;
}
