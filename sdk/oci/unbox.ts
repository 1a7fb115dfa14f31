import { promisify } from "node:util";
import { gunzip as gunzipWhole } from "node:zlib";
import { ByteSource } from "./byte-source.js";
import { findInTar } from "./find-in-tar.js";
import { isGzip } from "./gzip.js";
import { LARGEST_MODULE, assertModule, isModule } from "./module-bytes.js";
import { OciError } from "./oci-error.js";

const gunzip = promisify(gunzipWhole);

/** How many boxes may be inside each other. */
const DEEPEST = 4;

/**
 * The module in a download: the module itself, gzip, an archive whose first file is the module, or these inside each other.
 *
 * Source: istio.io/istio, pkg/wasm/httpfetcher.go.
 *
 * @throws OciError when there is no module
 */
export async function unbox(download: Buffer): Promise<Buffer> {
  let bytes = download;
  for (let depth = 0; depth < DEEPEST && !isModule(bytes); depth++) {
    if (isGzip(bytes)) bytes = await uncompressed(bytes);
    else if (bytes.toString("latin1", 257, 262) === "ustar") bytes = await firstFile(bytes);
    else break;
  }
  assertModule(bytes, "the download");
  return bytes;
}

async function uncompressed(bytes: Buffer): Promise<Buffer> {
  try {
    return await gunzip(bytes, { maxOutputLength: LARGEST_MODULE });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new OciError(
      isLarge ? `the module is larger than ${LARGEST_MODULE} bytes` : "the gzip data of the download is damaged",
      { cause: error },
    );
  }
}

async function firstFile(bytes: Buffer): Promise<Buffer> {
  const chunks = [bytes][Symbol.iterator]();
  const source = new ByteSource({ next: () => Promise.resolve(chunks.next()) }, LARGEST_MODULE);
  const entry = await findInTar(source, () => true);
  return entry?.content ?? Buffer.alloc(0);
}
