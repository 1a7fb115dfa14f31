import { ManifestError } from "./manifest-error.js";

/**
 * Decodes the bytes of a manifest: UTF-8, or UTF-16 with a byte order mark, as Windows' PowerShell writes files.
 *
 * @throws ManifestError for other bytes, such as those of a wasm module
 */
export function manifestText(bytes: Uint8Array, file: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const line = bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 0x0a).length + 1;
    throw new ManifestError(
      encoding === "utf-8" ? { file, line } : { file },
      `the file is not ${encoding.toUpperCase()}`,
    );
  }
}

/** Where the first byte is that is not UTF-8: the decoder writes U+FFFD there. */
function firstInvalid(bytes: Uint8Array): number {
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\ufffd", 1)[0] ?? "";
  return Buffer.byteLength(before);
}
