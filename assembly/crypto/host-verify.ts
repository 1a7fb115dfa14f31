import { Status } from "../abi/enums";
import { proxy_call_foreign_function } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/** What the host says about a signature. */
export const enum HostVerdict {
  Invalid = 0,
  Valid = 1,
  /** The host has no function for signatures. */
  Unknown = 2,
}

// A host does not gain or lose functions while a module runs.
let isMissing: bool = false;

/** The number of bytes of a number in the encoding of Protocol Buffers, 7 bits in each byte. */
function varintSize(value: u32): i32 {
  return value < 0x80 ? 1 : 1 + varintSize(value >> 7);
}

/** Writes a field of bytes. Returns the address after the field. */
function writeField(p: usize, field: u32, bytes: ArrayBuffer): usize {
  store<u8>(p++, (field << 3) | 2);
  let size: u32 = bytes.byteLength;
  for (; size >= 0x80; size >>= 7) store<u8>(p++, size | 0x80);
  store<u8>(p++, size);
  memory.copy(p, changetype<usize>(bytes), <usize>bytes.byteLength);
  return p + <usize>bytes.byteLength;
}

function fieldSize(bytes: ArrayBuffer): i32 {
  return 1 + varintSize(bytes.byteLength) + bytes.byteLength;
}

/**
 * Asks the host whether a signature is valid. Envoy has the foreign function `verify_signature` since 1.30; its argument and
 * its result are messages of Protocol Buffers. Source: Envoy, `source/extensions/common/wasm/ext/verify_signature.proto`.
 *
 * @param hash The name of the hash function: `sha256`.
 * @param key The public key as SubjectPublicKeyInfo in DER.
 * @param signature The signature; of ECDSA in DER.
 */
export function verifyByHost(
  hash: string,
  key: ArrayBuffer,
  message: ArrayBuffer,
  signature: ArrayBuffer,
): HostVerdict {
  if (isMissing) return HostVerdict.Unknown;
  const hashName = encodeUtf8(hash);
  const size = fieldSize(hashName) + fieldSize(key) + fieldSize(signature) + fieldSize(message);
  const argument = new ArrayBuffer(size);
  let p = writeField(changetype<usize>(argument), 1, hashName);
  p = writeField(p, 2, key);
  p = writeField(p, 3, signature);
  writeField(p, 4, message);
  const name = encodeUtf8("verify_signature");
  const status = proxy_call_foreign_function(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(argument),
    size,
    addressSlot(),
    sizeSlot(),
  );
  if (status == Status.NotFound || status == Status.Unimplemented) {
    isMissing = true;
    return HostVerdict.Unknown;
  }
  if (status != Status.Ok) return HostVerdict.Invalid;
  // Field 1 is true for a valid signature, and comes first. A message without the field means false.
  const result = takenBytes();
  const isValid = result.byteLength >= 2 && load<u16>(changetype<usize>(result)) == 0x0108;
  return isValid ? HostVerdict.Valid : HostVerdict.Invalid;
}
