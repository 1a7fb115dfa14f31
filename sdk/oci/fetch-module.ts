import { ModuleCache } from "./cache.js";
import { isDigest, sha256 } from "./digest.js";
import type { Credentials } from "./credentials.js";
import { downloadModule } from "./download.js";
import { fetchBlob, fetchImage, type FetchedImage } from "./fetch-image.js";
import { moduleOf } from "./module-of.js";
import { OciError, shownUrl } from "./oci-error.js";
import { nameOf, parseReference, referenceText, type Reference } from "./reference.js";
import { Registry, type RegistryOptions } from "./registry.js";

/** Where a module is, and how it may be cached: the fields of a WasmPlugin. */
export interface ModuleAddress {
  /** oci://, http:// or https://. */
  url: string;
  /** The expected SHA-256 in lower case: of the manifest for linux/amd64 for an image, of the module for a download. */
  sha256?: string | undefined;
  /** By default, only an image with the tag "latest" in its URL is asked for again. */
  imagePullPolicy?: "Always" | "IfNotPresent" | undefined;
}

/** A module that was fetched, or that was in the cache. */
export interface FetchedModule {
  bytes: Buffer;
  /** The digest of the manifest for linux/amd64; undefined for downloads, and if the image was not asked for. */
  digest?: string;
}

export interface FetchOptions extends Omit<RegistryOptions, "credentials"> {
  /** Finds the credentials for a registry. */
  credentials?: ((registry: string) => Promise<Credentials | undefined>) | undefined;
  cache?: ModuleCache | undefined;
  /** Called with the number of bytes that have arrived. */
  onReceived?: ((bytes: number) => void) | undefined;
}

/**
 * Gets a module as Istio does: from the cache if the pull policy allows it, otherwise from its registry or server.
 *
 * Source: istio.io/istio, pkg/wasm/cache.go.
 *
 * @throws OciError when there is no module, or its SHA-256 is another one
 * @example
 * const { bytes } = await fetchModule({ url: "oci://ghcr.io/org/auth:1" });
 */
export async function fetchModule(address: ModuleAddress, options: FetchOptions = {}): Promise<FetchedModule> {
  const { url, sha256: wanted = "" } = address;
  if (wanted !== "" && !isDigest(`sha256:${wanted}`)) {
    throw new OciError(`sha256: expected 64 hexadecimal digits in lower case, got "${wanted.slice(0, 80)}"`);
  }
  const { cache = new ModuleCache() } = options;
  if (/^https?:\/\//i.test(url)) return fetchDownload(url, wanted, cache, options);
  if (!/^oci:\/\//i.test(url)) throw new OciError(`${shownUrl(url)}: expected oci://, http:// or https://`);
  const reference = parseReference(url);
  const cached = fromCache(reference, address, cache);
  return cached ?? fetchFromRegistry(reference, wanted, cache, options);
}

async function fetchDownload(
  url: string,
  wanted: string,
  cache: ModuleCache,
  options: FetchOptions,
): Promise<FetchedModule> {
  const cached = wanted === "" ? undefined : cache.module(wanted);
  if (cached) return { bytes: cached };
  const bytes = await downloadModule(url, options);
  const found = sha256(bytes);
  if (wanted !== "" && found !== wanted)
    throw new OciError(`${shownUrl(url)}: the module has the SHA-256 ${found}, expected ${wanted}`);
  cache.add(bytes);
  return { bytes };
}

/** What the cache has, if the registry need not be asked. */
function fromCache(reference: Reference, address: ModuleAddress, cache: ModuleCache): FetchedModule | undefined {
  const { sha256: wanted = "", imagePullPolicy } = address;
  const name = tagName(reference);
  // As in Istio, "latest" must be written: an image without a tag is pulled once.
  const isKept = imagePullPolicy === undefined ? reference.tag !== "latest" : imagePullPolicy === "IfNotPresent";
  if (wanted !== "") {
    const bytes = cache.ofManifest(`sha256:${wanted}`);
    return bytes && { bytes };
  }
  const digest = reference.digest ?? (isKept ? cache.digestOf(name) : undefined);
  const bytes = digest === undefined ? undefined : cache.ofManifest(digest);
  return bytes && { bytes, digest: digest! };
}

async function fetchFromRegistry(
  reference: Reference,
  wanted: string,
  cache: ModuleCache,
  options: FetchOptions,
): Promise<FetchedModule> {
  return withRegistry(reference.registry, options, async (registry) => {
    const fetched = await fetchImage(registry, reference);
    const { digest } = fetched.image;
    if (wanted !== "" && digest !== `sha256:${wanted}`) {
      throw new OciError(`${nameOf(reference)}: the manifest has the digest ${digest}, expected sha256:${wanted}`);
    }
    const problem = wanted === "" ? indexProblem(reference, fetched) : undefined;
    if (problem !== undefined) throw new OciError(problem);
    const bytes = await moduleOfImage(registry, reference, fetched, cache, options);
    if (reference.digest === undefined) cache.addTag(tagName(reference), digest);
    return { bytes, digest };
  });
}

/**
 * Why Istio rejects an image that is named by the digest of an index: it compares the digest with that of the manifest.
 * Undefined for other images.
 */
export function indexProblem(reference: Reference, { image }: FetchedImage): string | undefined {
  if (reference.digest === undefined || reference.digest === image.digest) return undefined;
  const name = nameOf(reference);
  const takes = `Istio takes only the digest of the manifest for linux/amd64: ${name}@${image.digest}`;
  return `${name}@${reference.digest} is an index; ${takes}`;
}

/** The module of an image whose manifest is there: from the cache, or from the registry. */
export async function moduleOfImage(
  registry: Registry,
  reference: Reference,
  { image }: FetchedImage,
  cache: ModuleCache,
  { onReceived }: Pick<FetchOptions, "onReceived"> = {},
): Promise<Buffer> {
  const bytes =
    cache.ofManifest(image.digest) ??
    (await moduleOf(image.manifest, (descriptor) => fetchBlob(registry, reference.repository, descriptor, onReceived)));
  cache.add(bytes, image.digest);
  return bytes;
}

/** Connects to a registry, and closes its connections after the work. */
export async function withRegistry<T>(
  name: string,
  { credentials, ...options }: FetchOptions,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const found = credentials && { credentials: () => credentials(name) };
  const registry = await Registry.connect(name, { ...options, ...found });
  try {
    return await work(registry);
  } finally {
    registry.close();
  }
}

/** The name under which the cache remembers a tag. */
function tagName({ tag = "latest", registry, repository }: Reference): string {
  return referenceText({ registry, repository, tag });
}
