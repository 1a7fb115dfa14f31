import { ByteSource } from "./byte-source.js";
import { findInTar } from "./find-in-tar.js";
import { gunzip } from "./gzip.js";
import type { Descriptor, Manifest } from "./manifest.js";
import { DOCKER_LAYER, DOCKER_MANIFEST, OCI_LAYER, WASM_LAYER } from "./media-types.js";
import { LARGEST_MODULE, assertModule } from "./module-bytes.js";
import { OciError, shownText } from "./oci-error.js";

/** The name of the module in a layer, in any folder. */
const MODULE_NAME = "plugin.wasm";

/** Gets a blob, and compares its digest. */
export type BlobReader = (descriptor: Descriptor) => Promise<Buffer>;

/**
 * The module of an image. Takes the layouts that Istio takes, and rejects the others: Docker's images and OCI's, whose last
 * layer has the file plugin.wasm, and artifacts with two layers, one of which is the module.
 *
 * Source: istio.io/istio, pkg/wasm/imagefetcher.go.
 *
 * @throws OciError that says why Istio would not take the image
 */
export async function moduleOf(manifest: Manifest, blob: BlobReader): Promise<Buffer> {
  const isDocker = manifest.mediaType === DOCKER_MANIFEST;
  let reason: string;
  try {
    return await inLastLayer(manifest, isDocker ? DOCKER_LAYER : OCI_LAYER, blob);
  } catch (error) {
    if (!(error instanceof NoModule) || error.isFinal || isDocker) throw error;
    reason = error.message;
  }
  const layer = manifest.layers.find(({ mediaType }) => mediaType === WASM_LAYER);
  if (!layer) throw new NoModule(reason);
  if (manifest.layers.length !== 2) {
    throw new NoModule(`an image with a layer ${WASM_LAYER} has two layers, this image has ${manifest.layers.length}`);
  }
  const bytes = await blob(layer);
  assertModule(bytes, `the layer ${layer.digest}`);
  return bytes;
}

/** The image has no module where Istio looks for one. */
class NoModule extends OciError {
  constructor(
    reason: string,
    readonly isFinal = false,
  ) {
    super(reason);
  }
}

async function inLastLayer({ layers }: Manifest, wanted: string, blob: BlobReader): Promise<Buffer> {
  const last = layers.at(-1);
  if (!last) throw new NoModule("the image has no layer");
  // Two layers with the same content count as the first of them.
  const { mediaType } = layers.find(({ digest }) => digest === last.digest)!;
  if (mediaType !== wanted) {
    throw new NoModule(
      `the last layer has the type "${shownText(mediaType)}"; Istio takes ${wanted}${hint(mediaType)}`,
    );
  }
  const bytes = await blob(last);
  const source = new ByteSource(gunzip(bytes), LARGEST_MODULE);
  let entry;
  try {
    entry = await findInTar(source, (name) => baseName(name) === MODULE_NAME);
  } catch (error) {
    if (error instanceof OciError) throw new NoModule(`the last layer: ${error.message}`);
    throw error;
  } finally {
    await source.end();
  }
  if (!entry) throw new NoModule(`the last layer has no file ${MODULE_NAME}`);
  const name = shownText(entry.name);
  if (entry.kind !== undefined) throw new NoModule(`the last layer: ${name} is ${entry.kind}, not a file`, true);
  assertModule(entry.content, `${name} in the last layer`);
  return entry.content;
}

function hint(mediaType: string): string {
  if (mediaType === "application/wasm") return "; the layout of the CNCF is for other hosts";
  return mediaType.endsWith("zstd") ? "; push the image with gzip" : "";
}

/** The last part of a path, as Go's filepath.Base has it. */
function baseName(path: string): string {
  return path.replace(/\/+$/, "").replace(/^.*\//s, "");
}
