import { joinBytes } from "./bytes";
import { derElement, derInteger, DerReader, SEQUENCE } from "./der";

/** Converts 64 bytes, r and s, to DER. Source: RFC 3279, section 2.2.3. */
export function rsToDer(rs: ArrayBuffer): ArrayBuffer {
  return derElement(SEQUENCE, joinBytes(derInteger(rs.slice(0, 32)), derInteger(rs.slice(32))));
}

/** Converts a signature in DER to 64 bytes, r and s. Returns no bytes if it is not DER, or if a number is too large. */
export function derToRs(signature: ArrayBuffer): ArrayBuffer {
  const der = DerReader.of(signature);
  const pair = der.read(SEQUENCE);
  const r = pair.integer();
  const s = pair.integer();
  if (!pair.isDone || !der.isDone || r.byteLength > 32 || s.byteLength > 32) return new ArrayBuffer(0);
  return joinBytes(padded(r), padded(s));
}

/** A number of at most 32 bytes, with leading zeros. */
function padded(bytes: ArrayBuffer): ArrayBuffer {
  return joinBytes(new ArrayBuffer(32 - bytes.byteLength), bytes);
}
