import { constants, crc32, createInflateRaw, gzipSync } from "node:zlib";
import { OciError } from "./oci-error.js";

/** Compresses bytes. The same bytes give the same result on the same version of zlib, whatever the system. */
export function gzip(bytes: Uint8Array): Buffer {
  const compressed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  compressed[9] = 0xff; // The system on which the file was made: unknown.
  return compressed;
}

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Uncompresses gzip chunk by chunk, all members of it. Like Go's reader, gives what there is before an error or a missing
 * end, so a reader that has enough does not see the error. The checksum of the content is not compared: the digest of the layer has been.
 *
 * @throws OciError when the bytes are no gzip
 */
export async function* gunzip(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length || at === 0;) {
    at = headerEnd(bytes, at);
    const engine = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
    engine.end(bytes.subarray(at));
    try {
      for await (const chunk of engine) yield chunk as Buffer;
    } catch (error) {
      throw new OciError(`the gzip data is damaged: ${(error as Error).message}`, { cause: error });
    }
    at += engine.bytesWritten + 8; // checksum and size
  }
}

/** The position after a header. Source: RFC 1952, section 2.3. */
function headerEnd(bytes: Buffer, start: number): number {
  if (bytes.length < start + 10 || !isGzip(bytes.subarray(start)) || bytes[start + 2] !== 8) {
    throw new OciError("expected gzip");
  }
  const flags = bytes[start + 3]!;
  let at = start + 10;
  if (flags & 4) at += 2 + (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
  for (const flag of [8, 16]) if (flags & flag) at = textEnd(bytes, at);
  const hasChecksum = (flags & 2) !== 0;
  if (at + (hasChecksum ? 2 : 0) > bytes.length) throw new OciError("the gzip header is cut off");
  if (!hasChecksum) return at;
  if (bytes.readUInt16LE(at) !== (crc32(bytes.subarray(start, at)) & 0xffff))
    throw new OciError("the gzip header is damaged");
  return at + 2;
}

function textEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new OciError("the gzip header is cut off");
  return end + 1;
}
