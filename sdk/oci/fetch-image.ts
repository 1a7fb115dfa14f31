import { digestOf, isDigest } from "./digest.js";
import { LARGEST_MANIFEST, parseManifest, type Descriptor, type Manifest } from "./manifest.js";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, isIndexType } from "./media-types.js";
import { LARGEST_MODULE } from "./module-bytes.js";
import { OciError, shownText } from "./oci-error.js";
import { identifierOf, type Reference } from "./reference.js";
import type { Registry, RegistryResponse } from "./registry.js";
import { bodyOf } from "./transport.js";

/** A manifest as a registry has it. */
export interface FetchedManifest {
  bytes: Buffer;
  digest: string;
  mediaType: string;
  manifest: Manifest;
}

/** What a reference points to. */
export interface FetchedImage {
  /** The manifest or the index of the reference. */
  root: FetchedManifest;
  /** The manifest for linux/amd64; the root itself if it is no index. */
  image: FetchedManifest;
}

/** The platform that Istio asks for, on all machines. */
const PLATFORM = "linux/amd64";
/** How many indexes may be inside each other. */
const DEEPEST_INDEX = 4;

/**
 * Gets the manifest of an image, and of its index the manifest for linux/amd64, as Istio does. All digests are compared.
 *
 * @throws OciError when there is none, or the registry sends something else than was asked for
 */
export async function fetchImage(registry: Registry, reference: Reference): Promise<FetchedImage> {
  const root = await fetchManifest(registry, reference, identifierOf(reference));
  let image = root;
  for (let depth = 0; isIndexType(image.mediaType); depth++) {
    if (depth >= DEEPEST_INDEX) throw new OciError(`the index ${root.digest} has too many indexes inside`);
    const { manifests } = image.manifest;
    const child = manifests.find(({ platform = PLATFORM }) => platform === PLATFORM);
    if (!child) {
      const found = manifests.map(({ platform }) => shownText(platform ?? "")).slice(0, 5).join(", "); // prettier-ignore
      throw new OciError(
        `the index ${image.digest} has no manifest for ${PLATFORM}, which Istio wants; it has ${found || "none"}`,
      );
    }
    image = { ...(await fetchManifest(registry, reference, child.digest)), mediaType: child.mediaType };
  }
  return { root, image };
}

async function fetchManifest(registry: Registry, reference: Reference, identifier: string): Promise<FetchedManifest> {
  const { repository } = reference;
  const what = `the manifest ${registry.name}/${repository}${isDigest(identifier) ? "@" : ":"}${identifier}`;
  const accept = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(", ");
  const request = {
    ...{
      method: "GET",
      target: `/v2/${repository}/manifests/${identifier}`,
      what,
      headers: { accept },
      expected: [200],
    },
    ...{ scopes: [`repository:${repository}:pull`], followRedirects: true },
  };
  return registry.request(request, async ({ headers, message }) => {
    const bytes = await bodyOf(message, LARGEST_MANIFEST);
    const digest = digestOf(bytes);
    const claimed = isDigest(identifier) ? identifier : claimedDigest(headers["docker-content-digest"]);
    if (claimed !== undefined && claimed !== digest)
      throw new OciError(
        `${what}: the registry sends other bytes: their digest is ${digest}, not ${shownText(claimed)}`,
      );
    const mediaType = (headers["content-type"] ?? "").replace(/;.*$/s, "").trim();
    if (mediaType.endsWith("v1+prettyjws") || mediaType === "application/vnd.docker.distribution.manifest.v1+json")
      throw new OciError(`${what} has Docker's format of before 2016, which Istio does not take`);
    return { bytes, digest, mediaType, manifest: parseManifest(bytes) };
  });
}

/** A digest of another algorithm cannot be compared. */
function claimedDigest(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && header.startsWith("sha256:") ? header : undefined;
}

/**
 * Gets a blob, and compares its digest. The size in the descriptor is the most that is read.
 *
 * @throws OciError when the registry sends other, more or fewer bytes
 */
export function fetchBlob(
  registry: Registry,
  repository: string,
  { digest, size }: Descriptor,
  onReceived?: (bytes: number) => void,
): Promise<Buffer> {
  const what = `the layer ${digest}`;
  if (size > LARGEST_MODULE)
    throw new OciError(`${what} has ${size} bytes; expected at most ${LARGEST_MODULE}, as Istio has it`);
  const read = async ({ message }: RegistryResponse) => {
    const bytes = await bodyOf(message, size, onReceived);
    const found = digestOf(bytes);
    if (found !== digest) throw new OciError(`${what}: the registry sends other bytes: their digest is ${found}`);
    if (bytes.length !== size) throw new OciError(`${what} has ${bytes.length} bytes, and the manifest says ${size}`);
    return bytes;
  };
  const target = `/v2/${repository}/blobs/${digest}`;
  const scopes = [`repository:${repository}:pull`];
  return registry.request({ method: "GET", target, what, scopes, expected: [200], followRedirects: true }, read);
}
