import { joinBytes, sameBytes } from "./bytes";
import { compareLimbs, Limbs, Modulus, toBytes, toLimbs } from "./modulus";

/**
 * What a signature must contain: 00 01 FF … FF 00, the name of the hash function and the digest. The signature is compared
 * with all of it, so there is nothing to parse and nothing to overlook. Source: RFC 8017, section 9.2.
 *
 * @param size The number of bytes, at least 128.
 */
function encodedDigest(digest: ArrayBuffer, size: i32): ArrayBuffer {
  // DigestInfo of SHA-256; the total size, the last byte of the name and the size of the digest differ in the others.
  const prefix = new ArrayBuffer(19);
  const p = changetype<usize>(prefix);
  memory.copy(p, memory.data<u8>([0x30, 0, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 0, 5, 0, 4, 0]), 19);
  const digestSize = digest.byteLength;
  store<u8>(p, 17 + digestSize, 1);
  store<u8>(p, digestSize == 32 ? 1 : digestSize == 48 ? 2 : 3, 14);
  store<u8>(p, digestSize, 18);
  const start = new ArrayBuffer(size - 19 - digestSize);
  const q = changetype<usize>(start);
  memory.fill(q + 2, 0xff, <usize>start.byteLength - 3);
  store<u8>(q, 1, 1);
  return joinBytes(joinBytes(start, prefix), digest);
}

/**
 * Whether an RSA signature (RSASSA-PKCS1-v1_5) is valid. Source: RFC 8017, section 8.2.2.
 *
 * @param modulus The modulus of the key, of at least 1024 bits.
 * @param size The number of bytes of the modulus.
 * @param exponent The exponent, big-endian.
 * @param digest The digest of the message: SHA-256, SHA-384 or SHA-512.
 */
export function verifyRsa(
  modulus: Modulus,
  size: i32,
  exponent: ArrayBuffer,
  digest: ArrayBuffer,
  signature: ArrayBuffer,
): bool {
  if (signature.byteLength != size) return false;
  const s = toLimbs(signature, modulus.n.length);
  if (compareLimbs(s, modulus.n) >= 0) return false;
  const powered = modulus.power(modulus.toMontgomery(s), exponent);
  const one: Limbs = new StaticArray<u32>(s.length);
  unchecked((one[0] = 1));
  modulus.multiply(powered, powered, one);
  return sameBytes(toBytes(powered, size), encodedDigest(digest, size));
}
