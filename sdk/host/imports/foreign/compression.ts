import { deflateSync, inflateSync } from "node:zlib";
import { Status } from "../../abi.js";
import type { HostVm } from "../../host-context.js";

/** Compresses to the zlib format, RFC 1950. */
export function compress(_vm: HostVm, bytes: Buffer): Buffer {
  return deflateSync(bytes);
}

export function uncompress(_vm: HostVm, bytes: Buffer): Buffer | Status {
  try {
    return inflateSync(bytes);
  } catch {
    return Status.SerializationFailure;
  }
}
