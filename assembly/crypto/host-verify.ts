import { Status } from "../abi/enums";
import { proxy_call_foreign_function } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { MessageWriter } from "../abi/protobuf-writer";
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
  const fields = new MessageWriter().text(1, hash).bytes(2, key).bytes(3, signature).bytes(4, message);
  const argument = fields.finish();
  const name = encodeUtf8("verify_signature");
  const status = proxy_call_foreign_function(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(argument),
    argument.byteLength,
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
