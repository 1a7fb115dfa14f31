import { OciError } from "./oci-error.js";

/** How large a module may be, and an archive up to the end of its module. As in Istio. */
export const LARGEST_MODULE = 256 * 1024 * 1024;

/**
 * Whether bytes begin as a module does. Like Istio, looks at the magic number only, and wants 8 bytes.
 *
 * Source: istio.io/istio, pkg/wasm/cache.go.
 */
export function isModule(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/** @throws OciError when the bytes are no module */
export function assertModule(bytes: Uint8Array, what: string): void {
  if (isModule(bytes)) return;
  const found = bytes.length < 8 ? `${bytes.length} bytes` : "other bytes";
  throw new OciError(
    `${what} is not WebAssembly: expected the bytes \\0asm and a version at the beginning, got ${found}`,
  );
}
