import { createPrivateKey, createPublicKey, sign as signBytes, verify, type KeyObject } from "node:crypto";
import { Status } from "../../abi.js";
import { bytesField, lengthField, readMessage, varintField, type Field } from "../../properties/protobuf.js";
import type { HostVm } from "../../host-context.js";

const HASHES = new Set(["sha1", "sha224", "sha256", "sha384", "sha512"]);

type Fields = ReadonlyMap<number, readonly Field[]>;

/**
 * `VerifySignatureArguments { string hash_function = 1; bytes public_key = 2; bytes signature = 3; bytes text = 4; string
 * public_key_pem = 5 }`, the key in DER. Returns `VerifySignatureResult { bool result = 1; string error = 2 }`.
 */
export function verifySignature(_vm: HostVm, argument: Buffer): Buffer | Status {
  const fields = readMessage(argument);
  const pick = fields && whichKey(fields, 2, 5);
  if (!pick) return Status.BadArgument;
  const [signature, text] = [bytesField(fields, 3), bytesField(fields, 4)];
  const error = attempt(fields, (hash) => {
    const key = pick.pem
      ? createPublicKey(pick.bytes)
      : createPublicKey({ key: pick.bytes, format: "der", type: "spki" });
    return verify(hash, text!, key, signature!) ? "" : "Failed to verify digest. Error code: 0";
  });
  return error === "" ? varintField(1, 1) : lengthField(2, error);
}

/**
 * `SignArguments { string hash_function = 1; bytes private_key = 2; bytes text = 3; string private_key_pem = 4 }`. Returns
 * `SignResult { bool result = 1; bytes signature = 2; string error = 3 }`.
 */
export function sign(_vm: HostVm, argument: Buffer): Buffer | Status {
  const fields = readMessage(argument);
  const pick = fields && whichKey(fields, 2, 4);
  if (!pick) return Status.BadArgument;
  let signature = Buffer.alloc(0);
  const error = attempt(fields, (hash) => {
    signature = signBytes(hash, bytesField(fields, 3)!, privateKey(pick));
    return "";
  });
  return error === "" ? Buffer.concat([varintField(1, 1), lengthField(2, signature)]) : lengthField(3, error);
}

interface Key {
  bytes: Buffer;
  pem: boolean;
}

/** The key as DER or as PEM; undefined if both are given, or neither. */
function whichKey(fields: Fields, der: number, pem: number): Key | undefined {
  const [binary, text] = [bytesField(fields, der), bytesField(fields, pem)];
  if (!binary || !text || binary.length > 0 === text.length > 0) return undefined;
  return text.length > 0 ? { bytes: text, pem: true } : { bytes: binary, pem: false };
}

function privateKey({ bytes, pem }: Key): KeyObject {
  if (pem) return createPrivateKey(bytes);
  try {
    return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
  } catch {
    return createPrivateKey({ key: bytes, format: "der", type: "pkcs1" });
  }
}

/** Runs `run` with the name of the hash. Returns an error message, "" for success. */
function attempt(fields: Fields, run: (hash: string) => string): string {
  const hash = bytesField(fields, 1)?.toString("latin1") ?? "";
  if (!HASHES.has(hash.toLowerCase())) return `${hash} is not supported.`;
  try {
    return run(hash.toLowerCase());
  } catch {
    return "Failed to initialize digest: the key cannot be used.";
  }
}
